import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeRunStoreContract } from './run-store.contract.js';

describeRunStoreContract('in memory', async () => ({
  store: new InMemoryRunStore(),
  workerId: 'any',
  close: async () => undefined,
}));

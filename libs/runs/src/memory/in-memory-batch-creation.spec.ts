import { describeBatchCreationContract } from '../store/batch-creation.contract.js';
import { InMemoryRunStore } from './in-memory-run-store.js';

describeBatchCreationContract('in memory', async () => {
  const store = new InMemoryRunStore();
  return { store, batches: store, workerId: 'any', close: async () => undefined };
});

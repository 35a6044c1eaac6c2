import { describeCancellationContract } from './cancellation.contract.js';
import { describeDeadlinesContract } from './deadlines.contract.js';
import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeRunStoreContract } from './run-store.contract.js';

const open = async () => {
  const store = new InMemoryRunStore();
  const { cancellation, deadlines } = store;
  return { store, cancellation, deadlines, workerId: 'any', close: async () => undefined };
};

describeRunStoreContract('in memory', open);
describeCancellationContract('in memory', open);
describeDeadlinesContract('in memory', open);

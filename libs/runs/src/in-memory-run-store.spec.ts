import { describeCancellationContract } from './cancellation.contract.js';
import { describeDeadlinesContract } from './deadlines.contract.js';
import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeReopeningContract } from './reopening.contract.js';
import { describeRunRetriesContract } from './run-retries.contract.js';
import { describeRunStoreContract } from './run-store.contract.js';
import { describeWorkerRunsContract } from './worker-runs.contract.js';

const open = async () => {
  const store = new InMemoryRunStore();
  const { cancellation, deadlines, retries, workerRuns } = store;
  return { store, cancellation, retries, deadlines, workerRuns, workerId: 'any', close: async () => undefined };
};

describeRunStoreContract('in memory', open);
describeCancellationContract('in memory', open);
describeDeadlinesContract('in memory', open);
describeRunRetriesContract('in memory', open);
describeReopeningContract('in memory', open);
describeWorkerRunsContract('in memory', open);

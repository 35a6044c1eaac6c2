import { describeCancellationContract } from '../cancellation/cancellation.contract.js';
import { describeDeadlinesContract } from '../cancellation/deadlines.contract.js';
import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeReopeningContract } from '../retries/reopening.contract.js';
import { describeRunRetriesContract } from '../retries/run-retries.contract.js';
import { describeRunStoreContract } from '../store/run-store.contract.js';
import { describeWorkerRunsContract } from '../recovery/worker-runs.contract.js';

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

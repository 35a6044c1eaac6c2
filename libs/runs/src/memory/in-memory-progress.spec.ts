import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeProgressContract } from '../store/progress.contract.js';

describeProgressContract('in memory', async () => {
  const store = new InMemoryRunStore();
  return {
    store,
    workerId: 'any',
    progressOf: async (runId) => store.peek(runId).progress,
    close: async () => undefined,
  };
});

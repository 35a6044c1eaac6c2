import { InMemoryRunStore } from './in-memory-run-store.js';
import { describeRunLimitsContract } from '../limits/run-limits.contract.js';
import type { TaskLimits } from '../limits/run-limits.port.js';

describeRunLimitsContract('in memory', async () => {
  const inForce = new Map<string, TaskLimits>();
  return {
    store: new InMemoryRunStore(inForce),
    workerId: 'any',
    publish: async (taskId, limits) => void inForce.set(taskId, limits),
    close: async () => undefined,
  };
});

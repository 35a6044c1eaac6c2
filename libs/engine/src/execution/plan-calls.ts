import type { ClaimedRun } from '@millrace/runs';
import type { TaskRegistry } from '../catalogue/task-registry.js';
import { batchCalls } from './batch-call.js';
import type { TaskCall } from './task-call.js';

/**
 * The seats of runs that were claimed together in batches of their tasks. One without a seat is executed by itself: its
 * task takes no batches, it came alone, or it has made calls, which an item of a batch cannot be asked for again.
 */
export function planCalls(runs: readonly ClaimedRun[], registry: TaskRegistry): ReadonlyMap<ClaimedRun, TaskCall> {
  const seats = new Map<ClaimedRun, TaskCall>();
  const fit = runs.filter(({ record }) => record.length === 0);
  for (const taskId of new Set(fit.map((run) => run.taskId))) {
    const task = registry.find(taskId);
    const batch = task?.definition.batch;
    if (task === undefined || batch === undefined) continue;
    const together = fit.filter((run) => run.taskId === taskId);
    for (let start = 0; start < together.length; start += batch.max) {
      const chunk = together.slice(start, start + batch.max);
      if (chunk.length === 1) continue;
      const calls = batchCalls(task, batch, chunk.length);
      for (const [index, run] of chunk.entries()) seats.set(run, calls[index] as TaskCall);
    }
  }
  return seats;
}

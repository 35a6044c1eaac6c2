import { LISTED_MESSAGE, type RunSummary } from '@millrace/contracts';
import type { RunEntity } from './run.entity.js';

/** A run's row as the API shows it. */
export function toRunSummary(run: RunEntity): RunSummary {
  return {
    id: run.id,
    task: run.taskId,
    state: run.state,
    queue: run.queue,
    trigger: run.trigger,
    priority: run.priority,
    attempt: run.attempt,
    maxAttempts: run.maxAttempts,
    parentId: run.parentId,
    rootId: run.rootId,
    tags: run.tags ?? [],
    createdAt: run.createdAt.toISOString(),
    dueAt: run.dueAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    error: run.error && { code: run.error.code, message: run.error.message.slice(0, LISTED_MESSAGE) },
  };
}

import type { TaskDetail, TaskSummary } from '@millrace/contracts';
import { queueOf, type RegisteredTask } from '@millrace/engine';
import { DEFAULT_RETRY, toMilliseconds } from '@millrace/sdk';
import { z } from 'zod';

/** A task as lists show it. */
export function toTaskSummary(task: RegisteredTask): TaskSummary {
  return { id: task.id, description: task.definition.description ?? null, queue: queueOf(task) };
}

/** Everything a caller must know of a task. */
export function toTaskDetail(task: RegisteredTask): TaskDetail {
  const { input, result, retry } = task.definition;
  const { maxAttempts, initialDelay, factor, maxDelay } = { ...DEFAULT_RETRY, ...retry };
  return {
    ...toTaskSummary(task),
    inputSchema: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    resultSchema: z.toJSONSchema(result, { io: 'output', unrepresentable: 'any' }),
    retry: {
      maxAttempts,
      initialDelayMs: toMilliseconds(initialDelay),
      factor,
      maxDelayMs: toMilliseconds(maxDelay),
    },
  };
}

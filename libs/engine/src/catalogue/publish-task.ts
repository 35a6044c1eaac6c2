import { createHash } from 'node:crypto';
import { DEFAULT_RETRY, toMilliseconds } from '@millrace/sdk';
import { z } from 'zod';
import type { PublishedTask } from './task-definitions.port.js';
import { queueOf, type RegisteredTask } from './task-registry.js';

/** A task with its schemas as JSON Schema, and a version of its code: a hash of the functions' text and both schemas. */
export function publishTask(task: RegisteredTask): PublishedTask {
  const { description, input, result, retry, concurrency, rateLimit, batch } = task.definition;
  const inputSchema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const resultSchema = z.toJSONSchema(result, { io: 'output', unrepresentable: 'any' });
  const functions = [task.definition.run.toString(), ...(batch === undefined ? [] : [batch.runBatch.toString()])];
  const code = createHash('sha256').update(JSON.stringify([...functions, inputSchema, resultSchema]));
  return {
    id: task.id,
    description,
    queue: queueOf(task),
    inputSchema,
    resultSchema,
    maxAttempts: retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    concurrencyLimit: concurrency?.limit,
    rateLimit: rateLimit === undefined ? undefined : { max: rateLimit.max, perMs: toMilliseconds(rateLimit.per) },
    codeVersion: code.digest('hex').slice(0, 12),
  };
}

import { currentTrace } from '@millrace/telemetry';
import { DEFAULT_RETRY, timeoutMs } from '@millrace/sdk';
import { type Deduplication, newRunId, type NewRun, type RunTrigger } from '@millrace/runs';
import { checkValue } from '../catalogue/check-value.js';
import { InputInvalidError } from '../engine.errors.js';
import { gatesOf } from '../catalogue/task-gates.js';
import { queueOf, type TaskRegistry } from '../catalogue/task-registry.js';

/** A root run that somebody asks for. */
export interface RunRequest {
  readonly taskId: string;
  readonly input: unknown;
  readonly trigger: RunTrigger;
  /** Higher runs first within a queue. @default 0 */
  readonly priority?: number;
  /** When it is due, as far as the clocks of the machines agree. @default now */
  readonly dueAt?: Date;
  readonly deduplication?: Deduplication;
  /** What it is found by. @default nothing */
  readonly tags?: readonly string[];
}

/** The run to create for a request. @throws TaskUnknownError, InputInvalidError, ConcurrencyKeyError */
export async function toNewRun(registry: TaskRegistry, request: RunRequest): Promise<NewRun> {
  const { taskId, input, trigger, priority = 0, dueAt, deduplication, tags = [] } = request;
  const task = registry.get(taskId);
  const checked = await checkValue(task.definition.input, input);
  if (!checked.ok) throw new InputInvalidError(taskId, checked.issues);
  const gates = gatesOf(task, checked.value);
  const { retry, timeout } = task.definition;
  const trace = currentTrace();
  return {
    id: newRunId(),
    taskId,
    queue: queueOf(task),
    // The caller's own JSON: each worker parses it by the schema of its own code.
    input: JSON.stringify(input ?? null),
    trigger,
    priority,
    maxAttempts: retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(timeout === undefined ? {} : { timeoutMs: timeoutMs('timeout', timeout) }),
    ...(deduplication === undefined ? {} : { deduplication }),
    ...(tags.length === 0 ? {} : { tags: [...new Set(tags)] }),
    ...(gates === undefined ? {} : { gates }),
    ...(trace === undefined ? {} : { trace }),
  };
}

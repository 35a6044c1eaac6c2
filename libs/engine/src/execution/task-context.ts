import type { ChildOutcome, ClaimedRun } from '@millrace/runs';
import {
  type Completion,
  type InvokeOptions,
  type MapOptions,
  type Task,
  type TaskContext,
  TaskFailedError,
} from '@millrace/sdk';
import { checkValueSync } from '../check-value.js';
import { ResultInvalidError } from '../engine.errors.js';
import type { RegisteredTask } from '../task-registry.js';
import type { RunCalls } from './run-calls.js';
import type { RunLog } from './run-log.js';

export interface ContextParts {
  readonly run: ClaimedRun;
  readonly task: RegisteredTask;
  readonly calls: RunCalls;
  readonly log: RunLog;
  readonly signal: AbortSignal;
  readonly services: Readonly<Record<string, unknown>>;
}

/** What a task's function is given beside its input. */
export function createContext({ run, task, calls, log, signal, services }: ContextParts) {
  const context: TaskContext & { readonly services: Readonly<Record<string, unknown>> } = {
    runId: run.runId,
    taskId: run.taskId,
    attempt: run.attempt,
    epoch: run.epoch,
    signal,
    log: log.lines,
    services,

    completion(result: unknown): Completion {
      const checked = checkValueSync(task.definition.result, result);
      if (!checked.ok) throw new ResultInvalidError(task.id, checked.issues);
      return new Ticket(run.runId, run.epoch, checked.value);
    },

    async invoke<I, O>(child: Task<I, O>, input: I, options: InvokeOptions = {}): Promise<O> {
      const { key, ...others } = options;
      const request = {
        kind: 'invoke' as const,
        task: child as RegisteredTask,
        key,
        inputs: [toJson(child, input)],
        keyOf: () => key,
        options: others,
      };
      const [outcome] = await calls.ask(request);
      return resultOf<O>(child, outcome as ChildOutcome);
    },

    async map<I, O>(child: Task<I, O>, inputs: Iterable<I>, options: MapOptions<I> = {}): Promise<O[]> {
      const { key, ...others } = options;
      const given = [...inputs];
      if (given.length === 0) return [];
      const request = {
        kind: 'map' as const,
        task: child as RegisteredTask,
        key: undefined,
        inputs: given.map((input) => toJson(child, input)),
        keyOf: (index: number) => key?.(given[index] as I, index),
        options: others,
      };
      const outcomes = await calls.ask(request);
      return outcomes.map((outcome) => resultOf<O>(child, outcome));
    },
  };
  return context;
}

/** The ticket that `ctx.completion` gives; only the engine makes one. */
export class Ticket implements Completion {
  constructor(
    readonly runId: string,
    readonly epoch: number,
    readonly result: unknown,
  ) {}
}

function toJson(child: { readonly id: string }, input: unknown): string {
  const json = JSON.stringify(input) as string | undefined;
  if (json === undefined)
    throw new TypeError(`The input for "${child.id}" is ${typeof input}, which is no JSON value.`);
  return json;
}

function resultOf<O>(child: { readonly id: string }, outcome: ChildOutcome): O {
  if (outcome.status === 'succeeded') return outcome.result as O;
  throw new TaskFailedError(child.id, outcome.runId, outcome.error);
}

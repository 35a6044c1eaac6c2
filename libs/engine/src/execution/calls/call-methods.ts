import { type ChildCallKind, type ChildOutcome, newRunId, storableText } from '@millrace/runs';
import {
  checkConcurrency,
  type InvokeOptions,
  type MapOptions,
  type Outcome,
  type Task,
  type TaskContext,
  TaskFailedError,
} from '@millrace/sdk';
import { checkTask, observedCalls } from '@millrace/sdk/replay';
import { ResultsTooLargeError } from '../../engine.errors.js';
import { gatesOfJson } from '../../catalogue/task-gates.js';
import type { RegisteredTask } from '../../catalogue/task-registry.js';
import { type ChildCallRequest, newRunOf } from './call-request.js';
import { RESULT_LIMIT } from '../outcomes/conclude.js';
import type { RunCalls } from './run-calls.js';

/** Outcomes that `mapEach` reads at once: at most 64 MiB. */
const PAGE = 64;
/** Bytes of JSON that the results of one call may have in all (R12). */
const RESULTS_LIMIT = 64 * 1024 * 1024;

type CallMethods = Pick<TaskContext, 'invoke' | 'map' | 'mapSettled' | 'mapEach' | 'start' | 'step' | 'branch'>;

/** The calls of a task's context, in terms of an execution's recorded calls. */
export function callMethods(execution: { readonly calls: RunCalls }): CallMethods {
  /** All outcomes of a fan-out, in input order, and the number of its call, which one over no inputs does not have. */
  async function fanOut<I, O>(
    kind: ChildCallKind,
    child: Task<I, O>,
    inputs: Iterable<I>,
    options: MapOptions<I> = {},
  ) {
    const request = toMapRequest(kind, child, [...inputs], options);
    if (request.inputs.length === 0) return { seq: -1, outcomes: [] };
    const seq = await execution.calls.children(request);
    // Fewer results cannot be too large in all.
    const mayBeTooLarge = request.inputs.length * RESULT_LIMIT > RESULTS_LIMIT;
    const bytes = mayBeTooLarge ? await execution.calls.resultBytes(seq) : 0;
    if (bytes > RESULTS_LIMIT) throw new ResultsTooLargeError(child.id, request.inputs.length, bytes, RESULTS_LIMIT);
    return { seq, outcomes: await execution.calls.outcomes(seq, 0, request.inputs.length) };
  }

  return observedCalls<CallMethods>({
    async invoke<I, O>(child: Task<I, O>, input: I, options: InvokeOptions = {}): Promise<O> {
      checkTask('invoke', child);
      const { key, ...others } = options;
      const request = {
        ...{ kind: 'invoke' as const, task: child as RegisteredTask, key: keyText(key), keyOf: () => keyText(key) },
        ...{ inputs: [toJson(child, input)], options: others },
      };
      return resultOf<O>(child, await execution.calls.invoked(request));
    },

    async map<I, O>(child: Task<I, O>, inputs: Iterable<I>, options?: MapOptions<I>): Promise<O[]> {
      const { seq, outcomes } = await fanOut('map', child, inputs, options);
      if (outcomes.some(({ status }) => status === 'failed')) {
        // Not the first in input order, which may have been cancelled for the failure of a later one.
        resultOf<O>(child, (await execution.calls.firstFailure(seq)) as ChildOutcome);
      }
      return outcomes.map((outcome) => resultOf<O>(child, outcome));
    },

    async mapSettled<I, O>(child: Task<I, O>, inputs: Iterable<I>, options?: MapOptions<I>): Promise<Outcome<O>[]> {
      const { outcomes } = await fanOut('map-settled', child, inputs, options);
      return outcomes.map((outcome) => toOutcome<O>(child, outcome));
    },

    async mapEach<I, O>(
      child: Task<I, O>,
      inputs: Iterable<I>,
      onOutcome: (outcome: Outcome<O>, index: number) => void | Promise<void>,
      options: MapOptions<I> = {},
    ): Promise<void> {
      const request = toMapRequest('map-settled', child, [...inputs], options);
      if (request.inputs.length === 0) return;
      const seq = await execution.calls.children(request);
      for (let from = 0; from < request.inputs.length; from += PAGE) {
        const page = await execution.calls.outcomes(seq, from, PAGE);
        for (const [offset, outcome] of page.entries()) await onOutcome(toOutcome<O>(child, outcome), from + offset);
      }
    },

    async start<I, O>(child: Task<I, O>, input: I, options: InvokeOptions = {}): Promise<string> {
      checkTask('start', child);
      const { key, ...others } = options;
      const json = toJson(child, input);
      const task = child as RegisteredTask;
      const run = {
        ...newRunOf(task, others),
        ...{ id: newRunId(), taskId: child.id, input: json, trigger: 'call' as const },
      };
      const request = { kind: 'start' as const, taskId: child.id, key: keyText(key), asked: [json] };
      return execution.calls.startRun(request, run, () => gatesOfJson(task, json));
    },

    async step<T>(name: string, effect: () => Promise<T>): Promise<T> {
      return execution.calls.value({ kind: 'step', taskId: undefined, key: keyText(name), asked: [] }, effect);
    },

    async branch<K extends string, A extends Record<K, () => Promise<unknown>>>(
      on: K,
      arms: A & Record<Exclude<keyof A, K>, never>,
    ): Promise<Awaited<ReturnType<A[K]>>> {
      const names = Object.keys(arms);
      if (!Object.hasOwn(arms, on)) {
        throw new TypeError(
          `A branch takes the arm "${on}", but has only ${names.map((name) => `"${name}"`).join(', ')}.`,
        );
      }
      const skipped = names.filter((name) => name !== on).map(keyText);
      const request = { kind: 'branch' as const, taskId: undefined, key: keyText(on), asked: names };
      await execution.calls.value(request, async () => ({ taken: keyText(on), skipped }));
      const arm: () => Promise<unknown> = arms[on];
      return (await arm()) as Awaited<ReturnType<A[K]>>;
    },
  });
}

/** A key or a name as it can be stored: a replay must find it as the record has it. */
function keyText(key: string | undefined): string | undefined {
  return key === undefined ? undefined : storableText(String(key));
}

function toMapRequest<I, O>(
  kind: ChildCallKind,
  child: Task<I, O>,
  inputs: readonly I[],
  { key, concurrency, ...options }: MapOptions<I>,
): ChildCallRequest {
  checkTask('map', child);
  if (concurrency !== undefined) checkConcurrency('concurrency', concurrency);
  return {
    ...{ kind, task: child as RegisteredTask, key: undefined, options, concurrency },
    inputs: inputs.map((input) => toJson(child, input)),
    keyOf: (index) => keyText(key?.(inputs[index] as I, index)),
  };
}

function toJson(child: { readonly id: string }, input: unknown): string {
  const json = JSON.stringify(input) as string | undefined;
  if (json !== undefined) return json;
  throw new TypeError(`The input for "${child.id}" is ${typeof input}, which is no JSON value.`);
}

function toOutcome<O>(child: { readonly id: string }, outcome: ChildOutcome): Outcome<O> {
  const { runId } = outcome;
  return outcome.status === 'succeeded'
    ? { status: 'succeeded', runId, result: outcome.result as O }
    : { status: 'failed', runId, error: new TaskFailedError(child.id, runId, outcome.error) };
}

function resultOf<O>(child: { readonly id: string }, outcome: ChildOutcome): O {
  const settled = toOutcome<O>(child, outcome);
  if (settled.status === 'failed') throw settled.error;
  return settled.result;
}

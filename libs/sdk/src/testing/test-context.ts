import type { ItemContext } from '../batch.js';
import { TaskFailedError } from '../errors.js';
import { observedCalls } from '../replay/observed-calls.js';
import { checkTask, type Task } from '../task.js';
import type { Completion, InvokeOptions, LogLevel, MapOptions, Outcome, TaskContext } from '../task-context.js';
import type { AskedCall, RecordedCall } from './call-record.js';
import { throughJson } from './checked-value.js';
import type { Pass } from './pass.js';

type CallMethods = Pick<TaskContext, 'invoke' | 'map' | 'mapSettled' | 'mapEach' | 'start' | 'step' | 'branch'>;
type AnyTask = Task<never, unknown>;
type FanOut = Pick<RecordedCall, 'firstFailure'> & { readonly outcomes: Outcome<unknown>[] };

/** The calls of a task's context, over one pass. */
export function callMethods(pass: Pass, newRunId: () => string): CallMethods {
  const fanOut = async <I>(
    kind: AskedCall['kind'],
    task: AnyTask,
    inputs: Iterable<I>,
    options: MapOptions<I> = {},
  ): Promise<FanOut> => {
    checkTask('map', task);
    const list = [...inputs];
    if (list.length === 0) return { outcomes: [], firstFailure: undefined };
    const call = await pass.children({
      ...{ kind, task, key: undefined },
      inputs: list.map((input) => throughJson(input, `The input for "${task.id}"`)),
      childKeys: list.map((input, index) => options.key?.(input, index)),
    });
    return { outcomes: outcomesOf(call), firstFailure: call.firstFailure };
  };
  const single = (kind: 'invoke' | 'start', task: AnyTask, input: unknown, { key }: InvokeOptions = {}): AskedCall => {
    checkTask(kind, task);
    return { kind, task, key, childKeys: [key], inputs: [throughJson(input, `The input for "${task.id}"`)] };
  };
  const named = (kind: 'step' | 'branch', key: string, inputs: readonly unknown[]): AskedCall => ({
    ...{ kind, key, inputs, task: undefined, childKeys: [] },
  });

  return observedCalls<CallMethods>({
    async invoke<I, O>(task: Task<I, O>, input: I, options?: InvokeOptions): Promise<O> {
      const [outcome] = outcomesOf(await pass.children(single('invoke', task, input, options)));
      return resultOf(outcome as Outcome<O>);
    },
    async map<I, O>(task: Task<I, O>, inputs: Iterable<I>, options?: MapOptions<I>): Promise<O[]> {
      const { outcomes, firstFailure } = await fanOut('map', task, inputs, options);
      if (firstFailure !== undefined) resultOf(firstFailure);
      return outcomes.map((outcome) => resultOf(outcome as Outcome<O>));
    },
    async mapSettled<I, O>(task: Task<I, O>, inputs: Iterable<I>, options?: MapOptions<I>): Promise<Outcome<O>[]> {
      const { outcomes } = await fanOut('map-settled', task, inputs, options);
      return outcomes as Outcome<O>[];
    },
    async mapEach<I, O>(
      task: Task<I, O>,
      inputs: Iterable<I>,
      onOutcome: (outcome: Outcome<O>, index: number) => void | Promise<void>,
      options?: MapOptions<I>,
    ): Promise<void> {
      const { outcomes } = await fanOut('map-settled', task, inputs, options);
      for (const [index, outcome] of outcomes.entries()) await onOutcome(outcome as Outcome<O>, index);
    },
    async start<I, O>(task: Task<I, O>, input: I, options?: InvokeOptions): Promise<string> {
      return (await pass.value(single('start', task, input, options), async () => newRunId())) as string;
    },
    async step<T>(name: string, effect: () => Promise<T>): Promise<T> {
      return (await pass.value(named('step', name, []), effect)) as T;
    },
    async branch<K extends string, A extends Record<K, () => Promise<unknown>>>(
      on: K,
      arms: A & Record<Exclude<keyof A, K>, never>,
    ): Promise<Awaited<ReturnType<A[K]>>> {
      const names = Object.keys(arms);
      if (!names.includes(on))
        throw new TypeError(`A branch takes the arm "${on}", but has only "${names.join('", "')}".`);
      await pass.value(named('branch', on, names), async () => ({
        taken: on,
        skipped: names.filter((name) => name !== on),
      }));
      const arm: () => Promise<unknown> = arms[on];
      return (await arm()) as Awaited<ReturnType<A[K]>>;
    },
  });
}

/** What a task's function is given beside calls and services. */
export interface ContextValues {
  readonly runId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly services: Readonly<Record<string, unknown>>;
  readonly onLog: (level: LogLevel, message: string, fields: object | undefined) => void;
  readonly onProgress: (fraction: number, note: string | undefined) => void;
  readonly complete: (result: unknown) => Completion;
}

type GivenServices = { readonly services: Readonly<Record<string, unknown>> };

export function createTestContext(values: ContextValues, calls: CallMethods): TaskContext & GivenServices {
  return { ...createItemContext(values), ...calls };
}

/** The context of an item of a batch: one without calls. */
export function createItemContext({
  onLog,
  onProgress,
  complete,
  ...values
}: ContextValues): ItemContext & GivenServices {
  const write = (level: LogLevel) => (message: string, fields?: object) => onLog(level, message, fields);
  return {
    ...values,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    flushLog: async () => undefined,
    progress(fraction, note) {
      if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`Progress ${fraction} is no number from 0 to 1.`);
      onProgress(fraction, note);
    },
    completion: complete,
  };
}

function outcomesOf({ outcomes }: RecordedCall): Outcome<unknown>[] {
  return outcomes.filter((outcome) => outcome !== undefined);
}

function resultOf<O>(outcome: Outcome<O>): O {
  if (outcome.status === 'succeeded') return outcome.result;
  const { taskId, runId, cause } = outcome.error;
  // A new error each time, as the engine throws it: its stack is that of this call.
  throw new TaskFailedError(taskId, runId, cause as { message: string; code?: string });
}

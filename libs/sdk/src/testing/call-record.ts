import type { StepFailure } from '../errors.js';
import type { Task } from '../task.js';
import type { Outcome } from '../task-context.js';
import { NotRepeatableError } from './test-kit.errors.js';

/** A call as the function asks it. */
export interface AskedCall {
  readonly kind: 'invoke' | 'map' | 'map-settled' | 'start' | 'step' | 'branch';
  /** Of a call with children. */
  readonly task: Task<never, unknown> | undefined;
  readonly key: string | undefined;
  /** As JSON gives them back; of a branch, the names of its arms. */
  readonly inputs: readonly unknown[];
  readonly childKeys: readonly (string | undefined)[];
}

type FailedOutcome = Extract<Outcome<unknown>, { readonly status: 'failed' }>;

/** A call as the run keeps it. */
export interface RecordedCall extends AskedCall {
  readonly seq: number;
  /** By input; undefined while the child has not ended, or has to run again. */
  readonly outcomes: (Outcome<unknown> | undefined)[];
  /** The child of a map that failed first, in time. */
  firstFailure: FailedOutcome | undefined;
  /** What a step gave, which arm a branch took, which run was started. */
  value: unknown;
  /** How a step failed. */
  failure: StepFailure | undefined;
  /** Its place among the answers, once it has one. */
  place: number | undefined;
}

/** The calls of a run, over all its attempts (protocol R6). */
export class CallRecord {
  readonly calls: RecordedCall[] = [];
  /** From this call on the record is a memory, not a bond: the first outcome that a new attempt has forgotten. */
  #memoryFrom = Infinity;
  #nextPlace = 0;

  constructor(private readonly taskId: string) {}

  /** How many calls are answered. */
  get answers(): number {
    return this.calls.filter(({ place }) => place !== undefined).length;
  }

  /** The calls whose children have to run. */
  get unanswered(): readonly RecordedCall[] {
    return this.calls.filter(({ place, outcomes }) => place === undefined && outcomes.length > 0);
  }

  answer(call: RecordedCall): void {
    call.place = this.#nextPlace++;
  }

  /**
   * The recorded call that is asked for, or a new one.
   * @param nth place of the call in this execution, from 0
   * @param taken calls that this execution has asked for
   * @throws NotRepeatableError when the record binds and has another call there
   */
  find(asked: AskedCall, nth: number, taken: ReadonlySet<RecordedCall>): RecordedCall {
    if (nth >= this.#memoryFrom) {
      const remembered = this.calls.find(
        (call) => call.seq >= this.#memoryFrom && !taken.has(call) && isSame(call, asked),
      );
      return remembered ?? this.#add(asked);
    }
    const recorded = this.calls[nth];
    if (recorded === undefined) return this.#add(asked);
    if (isUnmade(recorded)) return this.#put(asked, nth);
    if (isSame(recorded, asked)) return recorded;
    throw new NotRepeatableError(this.taskId, nth, describe(recorded), `it asks ${describe(asked)}`);
  }

  /** @throws NotRepeatableError when an execution has left a call out that binds it */
  assertAsked(taken: ReadonlySet<RecordedCall>): void {
    const left = this.calls.find((call) => call.seq < this.#memoryFrom && !taken.has(call) && !isUnmade(call));
    if (left !== undefined)
      throw new NotRepeatableError(this.taskId, left.seq, describe(left), 'it ends without that call');
  }

  /** A new attempt: failed outcomes are forgotten, and what follows them is a memory. A call that is open stays so. */
  forgetFailures(): void {
    for (const call of this.calls) {
      const failed = call.failure !== undefined || call.outcomes.some((outcome) => outcome?.status === 'failed');
      if (!failed) continue;
      this.#memoryFrom = Math.min(this.#memoryFrom, call.seq);
      call.place = undefined;
      call.failure = undefined;
      call.firstFailure = undefined;
      call.outcomes.forEach((outcome, index) => {
        if (outcome?.status === 'failed') call.outcomes[index] = undefined;
      });
    }
  }

  #add(asked: AskedCall): RecordedCall {
    return this.#put(asked, this.calls.length);
  }

  #put(asked: AskedCall, seq: number): RecordedCall {
    const outcomes = asked.kind === 'step' || asked.kind === 'branch' || asked.kind === 'start' ? [] : asked.inputs;
    const call = {
      ...asked,
      seq,
      outcomes: outcomes.map(() => undefined),
      firstFailure: undefined,
      value: undefined,
      failure: undefined,
      place: undefined,
    };
    this.calls[seq] = call;
    return call;
  }
}

/** A step that had not ended when its attempt did: the engine has no record of it. */
function isUnmade({ outcomes, place, failure }: RecordedCall): boolean {
  return outcomes.length === 0 && place === undefined && failure === undefined;
}

function isSame(a: AskedCall, b: AskedCall): boolean {
  const same = a.kind === b.kind && a.task?.id === b.task?.id && a.key === b.key;
  return same && JSON.stringify(a.inputs) === JSON.stringify(b.inputs);
}

function describe({ kind, task, key, inputs }: AskedCall): string {
  const of = task === undefined ? '' : ` of "${task.id}"`;
  const named = key === undefined ? '' : ` "${key}"`;
  const json = JSON.stringify(kind === 'invoke' || kind === 'start' ? inputs[0] : inputs);
  const shown = kind === 'step' ? '' : ` with ${json.length > 300 ? `${json.slice(0, 300)} ...` : json}`;
  return `${kind}${of}${named}${shown}`;
}

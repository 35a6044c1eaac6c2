import { SnoozeError, StepFailedError, type StepFailure } from '../errors.js';
import { AnswerTurns } from '../replay/answer-turns.js';
import { StepEffects } from '../replay/step-effects.js';
import type { AskedCall, CallRecord, RecordedCall } from './call-record.js';
import { PassOverError } from './test-kit.errors.js';

/** How one run of the function, from the top, left off. */
export type PassEnd =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw' | 'broken'; readonly error: unknown }
  | { readonly kind: 'suspended' };

/**
 * One execution of a task's function, as the engine does it (protocol R4): calls that the record knows are answered from
 * it, one at a time, in the order in which their outcomes became known. A call without an outcome never settles; when
 * nothing else is left, the pass is suspended.
 */
export class Pass {
  readonly taken = new Set<RecordedCall>();
  readonly #suspended: Promise<PassEnd>;
  #end: (end: PassEnd) => void = () => undefined;
  readonly #turns = new AnswerTurns(() => this.#stop({ kind: 'suspended' }));
  readonly #effects = new StepEffects();
  #over = false;

  constructor(
    private readonly taskId: string,
    private readonly record: CallRecord,
    /** Answers that were known when the pass before this one, of the same attempt, was suspended; -1 for none. */
    private readonly knownBefore: number,
    /** Runs the children of a call at once, instead of suspending; undefined: suspend. */
    private readonly runAtOnce: ((call: RecordedCall) => Promise<void>) | undefined,
  ) {
    this.#suspended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Whether the code is where an earlier pass has been: what it logs is known. */
  get repeats(): boolean {
    return this.#turns.furthest < this.knownBefore;
  }

  async run(call: () => Promise<unknown>): Promise<PassEnd> {
    const ended = Promise.resolve()
      .then(call)
      .then(
        (value): PassEnd => ({ kind: 'returned', value }),
        (error: unknown): PassEnd => ({ kind: 'threw', error }),
      );
    const end = await Promise.race([ended, this.#suspended]);
    this.#stop(end);
    return end;
  }

  /** Gives the call once its children have all ended. */
  async children(asked: AskedCall): Promise<RecordedCall> {
    const call = await this.#ask(asked);
    if (call.place === undefined && this.runAtOnce !== undefined) await this.#runAtOnce(call);
    await this.#answered(call);
    return call;
  }

  /**
   * Gives the recorded value, or makes it. What `make` throws is recorded as well.
   * @throws StepFailedError what it threw, now or in an earlier pass of the attempt; a snooze as it is
   */
  async value(asked: AskedCall, make: (call: RecordedCall) => Promise<unknown>): Promise<unknown> {
    const call = await this.#ask(asked);
    if (call.place === undefined) await this.#turns.whileBusy(() => this.#make(call, make));
    else await this.#answered(call);
    if (call.failure !== undefined) throw new StepFailedError(call.failure);
    return call.value;
  }

  async #make(call: RecordedCall, make: (call: RecordedCall) => Promise<unknown>): Promise<void> {
    try {
      const made = JSON.stringify(await this.#effects.run(() => make(call))) as string | undefined;
      // As a replay will see it.
      call.value = made === undefined ? undefined : (JSON.parse(made) as unknown);
    } catch (thrown) {
      if (thrown instanceof SnoozeError) throw thrown;
      call.failure = failureOf(thrown);
    }
    this.record.answer(call);
  }

  async #runAtOnce(call: RecordedCall): Promise<void> {
    try {
      await this.#turns.whileBusy(async () => this.runAtOnce?.(call));
      this.record.answer(call);
    } catch (error) {
      await this.#never({ kind: 'broken', error });
    }
  }

  async #answered({ seq, place }: RecordedCall): Promise<void> {
    const answered = this.#turns.wait(seq, place);
    this.#turns.touch();
    await answered;
  }

  /** Never settles when the pass is broken by it. */
  async #ask(asked: AskedCall): Promise<RecordedCall> {
    if (this.#over) throw new PassOverError(this.taskId);
    this.#effects.assertOutside(asked.kind);
    try {
      const call = this.record.find(asked, this.taken.size, this.taken);
      this.taken.add(call);
      return call;
    } catch (error) {
      return this.#never({ kind: 'threw', error });
    }
  }

  #stop(end: PassEnd): void {
    this.#over = true;
    this.#turns.end();
    this.#end(end);
  }

  #never(end: PassEnd): Promise<never> {
    this.#stop(end);
    return new Promise<never>(() => undefined);
  }
}

/** What was thrown, as the engine records it. */
function failureOf(thrown: unknown): StepFailure {
  if (!(thrown instanceof Error)) return { code: 'MR_THROWN', message: String(thrown) };
  const { code, fatal, stack } = thrown as { code?: unknown; fatal?: unknown; stack?: string };
  return {
    code: typeof code === 'string' ? code : thrown.name,
    message: thrown.message,
    ...(stack === undefined ? {} : { stack }),
    fatal: fatal === true,
  };
}

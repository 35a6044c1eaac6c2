import type { AskedCall, CallRecord, RecordedCall } from './call-record.js';
import { PassOverError } from './test-kit.errors.js';

// Taken now: a test may have fake timers while the task runs.
const { setImmediate } = globalThis;

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
  readonly #open = new Map<RecordedCall, () => void>();
  #busy = 0;
  #activity = 0;
  #given = 0;
  #over = false;

  constructor(
    private readonly taskId: string,
    private readonly record: CallRecord,
    /** Answers that the pass before this one, of the same attempt, could be given; -1 for none. */
    private readonly givenBefore: number,
    /** Runs the children of a call at once, instead of suspending; undefined: suspend. */
    private readonly runAtOnce: ((call: RecordedCall) => Promise<void>) | undefined,
  ) {
    this.#suspended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Whether the code is where an earlier pass has been: what it logs is known. */
  get repeats(): boolean {
    return this.#given <= this.givenBefore;
  }

  async run(call: () => Promise<unknown>): Promise<PassEnd> {
    const ended = Promise.resolve()
      .then(call)
      .then(
        (value): PassEnd => ({ kind: 'returned', value }),
        (error: unknown): PassEnd => ({ kind: 'threw', error }),
      );
    const end = await Promise.race([ended, this.#suspended]);
    this.#over = true;
    return end;
  }

  /** Gives the call once its children have all ended. */
  async children(asked: AskedCall): Promise<RecordedCall> {
    const call = this.#ask(asked);
    if (call === undefined) return new Promise<never>(() => undefined);
    const answered = this.#opened(call);
    if (call.place === undefined && this.runAtOnce !== undefined) {
      const running = this.whileBusy(async () => {
        await this.runAtOnce?.(call);
        this.record.answer(call);
      });
      running.catch((error: unknown) => this.#break(error));
    } else this.#touch();
    await answered;
    return call;
  }

  /** Gives the recorded value, or makes it. What `make` throws is not recorded. */
  async value(asked: AskedCall, make: (call: RecordedCall) => Promise<unknown>): Promise<unknown> {
    const call = this.#ask(asked);
    if (call === undefined) return new Promise<never>(() => undefined);
    if (call.place === undefined) {
      return this.whileBusy(async () => {
        const made = JSON.stringify(await make(call)) as string | undefined;
        // As a replay will see it.
        call.value = made === undefined ? undefined : (JSON.parse(made) as unknown);
        this.record.answer(call);
        return call.value;
      });
    }
    const answered = this.#opened(call);
    this.#touch();
    await answered;
    return call.value;
  }

  /** Keeps the pass from being suspended while this goes on. */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#touch();
    }
  }

  /** @returns undefined when the pass has been broken by it */
  #ask(asked: AskedCall): RecordedCall | undefined {
    if (this.#over) throw new PassOverError(this.taskId);
    try {
      const call = this.record.find(asked, this.taken.size, this.taken);
      this.taken.add(call);
      return call;
    } catch (error) {
      this.#over = true;
      this.#end({ kind: 'threw', error });
      return undefined;
    }
  }

  #opened(call: RecordedCall): Promise<void> {
    return new Promise((resolve) => this.#open.set(call, resolve));
  }

  #break(error: unknown): void {
    this.#over = true;
    this.#end({ kind: 'broken', error });
  }

  /** Something happened: look again one macrotask later, when the code has taken its turn. */
  #touch(): void {
    const activity = ++this.#activity;
    setImmediate(() => {
      if (activity === this.#activity && this.#busy === 0 && !this.#over) this.#settle();
    });
  }

  #settle(): void {
    if (this.#open.size === 0) return;
    const [next] = [...this.#open.keys()]
      .filter(({ place }) => place !== undefined)
      .sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
    if (next === undefined) {
      this.#over = true;
      return this.#end({ kind: 'suspended' });
    }
    const answer = this.#open.get(next);
    this.#open.delete(next);
    this.#given += 1;
    answer?.();
    this.#touch();
  }
}

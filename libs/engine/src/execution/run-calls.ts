import {
  type CallRecord,
  type ChildOutcome,
  type ClaimedRun,
  FENCED,
  type Fenced,
  type NewRun,
  type NewValue,
  OUTCOME_STRIDE,
  type RunStore,
} from '@millrace/runs';
import type { Dispatcher } from '../dispatcher.js';
import { ExecutionOverError, ReplayMismatchError } from '../engine.errors.js';
import {
  type CallIdentity,
  type ChildCallRequest,
  childrenOf,
  describeCall,
  hashTexts,
  matches,
  type ValueCallRequest,
} from './call-request.js';

/** Children, and characters of their inputs, created in one statement (R7, R12). */
const CHUNK = 5_000;
const CHUNK_CHARACTERS = 4 * 1024 * 1024;

/** Why no further line of the task's code matters in this execution. */
export type Interruption =
  { readonly kind: 'suspended' | 'fenced' } | { readonly kind: 'failed' | 'threw'; readonly error: unknown };

interface OpenCall {
  readonly seq: number;
  readonly answer: () => void;
  /** Its place among the recorded outcomes; undefined while its children run. */
  readonly outcomeSeq: number | undefined;
}

/**
 * The calls of one execution.
 *
 * Each call takes the next number. One that the record knows is answered from there, in the order in which the outcomes
 * became known, one at a time with microtasks drained in between, so that a replay takes every turn as before. One that
 * it does not know is recorded, and its children are created or its value is made. A call without an outcome is a promise
 * that never settles: there is no exception for the task's code to catch, and `finally` does not run. When nothing but
 * such calls is left, one macrotask after the last activity, the execution is suspended (R4).
 */
export class RunCalls {
  /** Resolves when the execution must end before its code does; never rejects. */
  readonly interrupted: Promise<Interruption>;
  readonly #interrupt: (interruption: Interruption) => void;
  readonly #record: ReadonlyMap<number, CallRecord>;
  readonly #open = new Map<number, OpenCall>();
  #nextSeq = 0;
  /** Recorded answers given so far, and how many of them the last suspended execution had given as well. */
  #answered = 0;
  readonly #answeredBefore: number;
  /** Place of the next value that this execution records: behind all that its run knows. */
  #nextPlace: number;
  /** Work under way on behalf of calls. */
  #busy = 0;
  #activity = 0;
  #over = false;

  constructor(
    private readonly run: ClaimedRun,
    private readonly store: RunStore,
    private readonly dispatcher: Dispatcher,
  ) {
    this.#record = new Map(run.record.map((call) => [call.seq, call]));
    const known = run.record.flatMap(({ outcomeSeq }) => (outcomeSeq === undefined ? [] : [outcomeSeq]));
    this.#nextPlace = Math.max(run.wakes * OUTCOME_STRIDE, ...known) + 1;
    this.#answeredBefore =
      run.loggedWakes === undefined ? -1 : countBelow(known, (run.loggedWakes + 1) * OUTCOME_STRIDE);
    const { promise, resolve } = withResolvers<Interruption>();
    this.interrupted = promise;
    this.#interrupt = resolve;
  }

  /** Gives the call's number once all its children have ended, in this execution or in a later one. */
  async children(request: ChildCallRequest): Promise<number> {
    const { kind, task, key, inputs } = request;
    const asked = { kind, taskId: task.id, key, inputHash: hashTexts(inputs) };
    const { seq, recorded } = await this.#ask(asked);
    const answered = this.#opened(seq, recorded?.outcomeSeq);
    if (recorded?.sealed === true) this.#touch();
    else {
      const creating = this.whileBusy(() => this.#createChildren(request, seq, asked.inputHash, recorded));
      creating.catch((error: unknown) => this.#end({ kind: 'threw', error }));
    }
    await answered;
    return seq;
  }

  /** Gives the value that the record has, or makes it and records it. What `make` throws is not recorded. */
  value<T>(request: ValueCallRequest, make: () => Promise<T>): Promise<T> {
    return this.#value(request, make, (entry) => this.store.recordValue(this.run, entry));
  }

  /** Gives the id of the run that the record has, or creates this one. */
  startRun(request: ValueCallRequest, run: NewRun): Promise<string> {
    return this.#value(
      request,
      async () => run.id,
      async (entry) => {
        const delivery = await this.store.startRun(this.run, entry, run);
        if (delivery === FENCED) return FENCED;
        await this.dispatcher.deliver([delivery]);
        return undefined;
      },
    );
  }

  async #value<T>(
    { asked: texts, ...call }: ValueCallRequest,
    make: () => Promise<T>,
    record: (entry: NewValue) => Promise<undefined | Fenced>,
  ): Promise<T> {
    const asked = { ...call, inputHash: hashTexts(texts) };
    const { seq, recorded } = await this.#ask(asked);
    if (recorded !== undefined) {
      const answered = this.#opened(seq, recorded.outcomeSeq);
      this.#touch();
      await answered;
      return recorded.value as T;
    }
    return this.whileBusy(async () => {
      const made = await make();
      const value = JSON.stringify(made) as string | undefined;
      const entry: NewValue = { ...asked, seq, outcomeSeq: this.#nextPlace++, value };
      if ((await record(entry)) === FENCED) return this.#never({ kind: 'fenced' });
      // As a replay will see it.
      return value === undefined ? (undefined as T) : (JSON.parse(value) as T);
    });
  }

  /** Outcomes of an answered call, in input order, from one input on. */
  outcomes(seq: number, from: number, limit: number): Promise<readonly ChildOutcome[]> {
    return this.whileBusy(() => this.store.outcomes(this.run.runId, seq, from, limit));
  }

  /** Bytes of JSON that the results of an answered call have in all. */
  resultBytes(seq: number): Promise<number> {
    return this.whileBusy(() => this.store.resultBytes(this.run.runId, seq));
  }

  /** Keeps the execution from being suspended while this goes on. */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#touch();
    }
  }

  /** Whether the code is where an earlier execution of the attempt has been, and was suspended. */
  get repeats(): boolean {
    return this.#answered <= this.#answeredBefore;
  }

  /** No further call is taken. */
  close(): void {
    this.#over = true;
  }

  /**
   * Takes the next number; never settles when the record has another call there.
   * @throws ExecutionOverError
   */
  #ask(asked: CallIdentity): { seq: number; recorded: CallRecord | undefined } | Promise<never> {
    if (this.#over) throw new ExecutionOverError(this.run.runId);
    const seq = this.#nextSeq++;
    const recorded = this.#record.get(seq);
    if (recorded === undefined || matches(recorded, asked)) return { seq, recorded };
    const error = new ReplayMismatchError(this.run.runId, seq, describeCall(recorded), describeCall(asked));
    return this.#never({ kind: 'failed', error });
  }

  #opened(seq: number, outcomeSeq: number | undefined): Promise<void> {
    const { promise, resolve } = withResolvers<void>();
    this.#open.set(seq, { seq, answer: resolve, outcomeSeq });
    return promise;
  }

  #end(interruption: Interruption): void {
    this.#over = true;
    this.#interrupt(interruption);
  }

  #never(interruption: Interruption): Promise<never> {
    this.#end(interruption);
    return new Promise<never>(() => undefined);
  }

  async #createChildren(request: ChildCallRequest, seq: number, inputHash: string, recorded: CallRecord | undefined) {
    const { kind, task, key, inputs } = request;
    const count = inputs.length;
    const call = { seq, kind, taskId: task.id, key, inputHash, children: count };
    const { runId, delivery, taskId, queue } = this.run;
    let opened = recorded !== undefined;
    let from = recorded?.created ?? 0;
    do {
      const to = endOfChunk(inputs, from);
      const children = childrenOf(request, from, to);
      const deliveries = opened
        ? await this.store.addChildren(this.run, call, children, to === count)
        : await this.store.openCall(this.run, call, children);
      if (deliveries === FENCED) return this.#end({ kind: 'fenced' });
      await this.dispatcher.deliverChildren({ runId, delivery, seq, taskId, queue }, deliveries);
      opened = true;
      from = to;
    } while (from < count);
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
    const next = this.#firstAnswerable();
    if (next === undefined) return this.#end({ kind: 'suspended' });
    this.#open.delete(next.seq);
    this.#answered += 1;
    next.answer();
    this.#touch();
  }

  #firstAnswerable(): OpenCall | undefined {
    let first: OpenCall | undefined;
    for (const call of this.#open.values()) {
      if (call.outcomeSeq === undefined) continue;
      if (first?.outcomeSeq === undefined || call.outcomeSeq < first.outcomeSeq) first = call;
    }
    return first;
  }
}

/** Where the chunk that begins at `from` ends: at least one input, at most a statement's worth. */
function endOfChunk(inputs: readonly string[], from: number): number {
  let to = from;
  for (let characters = 0; to < inputs.length && to - from < CHUNK; to += 1) {
    characters += inputs[to]?.length ?? 0;
    if (characters > CHUNK_CHARACTERS && to > from) break;
  }
  return to;
}

function countBelow(places: readonly number[], end: number): number {
  return places.filter((place) => place < end).length;
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

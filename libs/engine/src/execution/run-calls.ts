import { type CallRecord, type ChildOutcome, type ClaimedRun, FENCED, type RunStore } from '@millrace/runs';
import type { Dispatcher } from '../dispatcher.js';
import { ExecutionOverError, ReplayMismatchError } from '../engine.errors.js';
import { type CallRequest, childrenOf, describeCall, hashInputs, matches } from './call-request.js';

/** Children created in one statement (R12). */
const CHUNK = 5_000;

/** Why no further line of the task's code matters in this execution. */
export type Interruption =
  { readonly kind: 'suspended' } | { readonly kind: 'fenced' } | { readonly kind: 'failed'; readonly error: unknown };

interface OpenCall {
  readonly seq: number;
  readonly answer: (outcomes: readonly ChildOutcome[]) => void;
  /** Its place among the recorded outcomes; undefined while its children run. */
  readonly outcomeSeq: number | undefined;
}

/**
 * The calls of one execution.
 *
 * Each call takes the next number. One that the record knows is answered from there, in the order in which the outcomes
 * became known, one at a time with microtasks drained in between, so that a replay takes every turn as before. One that
 * it does not know is recorded and its children are created. A call without an outcome is a promise that never settles:
 * there is no exception for the task's code to catch, and `finally` does not run. When nothing but such calls is left,
 * one macrotask after the last activity, the execution is suspended (R4).
 */
export class RunCalls {
  /** Resolves when the execution must end before its code does; never rejects. */
  readonly interrupted: Promise<Interruption>;
  readonly #interrupt: (interruption: Interruption) => void;
  readonly #record: ReadonlyMap<number, CallRecord>;
  readonly #open = new Map<number, OpenCall>();
  #nextSeq = 0;
  /** Statements under way on behalf of calls. */
  #busy = 0;
  #activity = 0;
  #over = false;

  constructor(
    private readonly run: ClaimedRun,
    private readonly store: RunStore,
    private readonly dispatcher: Dispatcher,
  ) {
    this.#record = new Map(run.record.map((call) => [call.seq, call]));
    const { promise, resolve } = withResolvers<Interruption>();
    this.interrupted = promise;
    this.#interrupt = resolve;
  }

  /** Gives the outcomes of the call's children, in input order, in this execution or in a later one. */
  ask(request: CallRequest): Promise<readonly ChildOutcome[]> {
    if (this.#over) return Promise.reject(new ExecutionOverError(this.run.runId));
    const seq = this.#nextSeq++;
    const inputHash = hashInputs(request.inputs);
    const recorded = this.#record.get(seq);
    const { promise, resolve } = withResolvers<readonly ChildOutcome[]>();

    if (recorded !== undefined && !matches(recorded, request, inputHash)) {
      const asked = describeCall({ ...request, taskId: request.task.id, inputHash });
      this.#end({ kind: 'failed', error: new ReplayMismatchError(this.run.runId, seq, describeCall(recorded), asked) });
      return promise;
    }
    this.#open.set(seq, { seq, answer: resolve, outcomeSeq: recorded?.outcomeSeq });
    if (recorded?.sealed === true) this.#touch();
    else void this.#whileBusy(() => this.#createChildren(request, seq, inputHash, recorded));
    return promise;
  }

  /** No further call is taken. */
  close(): void {
    this.#over = true;
  }

  #end(interruption: Interruption): void {
    this.#over = true;
    this.#interrupt(interruption);
  }

  async #createChildren(request: CallRequest, seq: number, inputHash: string, recorded: CallRecord | undefined) {
    const count = request.inputs.length;
    const call = { seq, kind: request.kind, taskId: request.task.id, key: request.key, inputHash, children: count };
    let from = recorded?.created ?? 0;
    let opened = recorded !== undefined;
    do {
      const to = Math.min(from + CHUNK, count);
      const children = childrenOf(request, from, to);
      const deliveries = opened
        ? await this.store.addChildren(this.run, call, children, to === count)
        : await this.store.openCall(this.run, call, children);
      if (deliveries === FENCED) return this.#end({ kind: 'fenced' });
      const { runId, delivery, taskId, queue } = this.run;
      await this.dispatcher.deliverChildren({ runId, delivery, seq, taskId, queue }, deliveries);
      opened = true;
      from = to;
    } while (from < count);
  }

  async #whileBusy(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    try {
      await work();
    } catch (error) {
      this.#end({ kind: 'failed', error });
    } finally {
      this.#busy -= 1;
      this.#touch();
    }
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
    if (next === undefined) this.#end({ kind: 'suspended' });
    else void this.#whileBusy(() => this.#answer(next));
  }

  #firstAnswerable(): OpenCall | undefined {
    let first: OpenCall | undefined;
    for (const call of this.#open.values()) {
      if (call.outcomeSeq === undefined) continue;
      if (first?.outcomeSeq === undefined || call.outcomeSeq < first.outcomeSeq) first = call;
    }
    return first;
  }

  async #answer({ seq, answer }: OpenCall): Promise<void> {
    const outcomes = await this.store.outcomes(this.run.runId, seq);
    this.#open.delete(seq);
    answer(outcomes);
  }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

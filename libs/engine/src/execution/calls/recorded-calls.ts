import { type CallRecord, type ChildOutcome, type ClaimedRun, OUTCOME_STRIDE } from '@millrace/runs';
import { ReplayMismatchError, TooManyCallsError } from '../../engine.errors.js';
import { type CallIdentity, describeCall, matches } from './call-request.js';

/** Calls that one run may have: each replay reads them all, and n calls in sequence are n replays. */
const CALL_LIMIT = 10_000;

/** A call of an execution: its number, and what the run has recorded of it. */
export interface NumberedCall {
  readonly seq: number;
  /** Undefined: this execution is the first to ask. */
  readonly recorded: CallRecord | undefined;
}

/**
 * What a run has recorded, matched with what its code asks (R6).
 *
 * Up to the first outcome that the attempt has forgotten the record binds: the n-th call asked is the n-th recorded, or
 * the replay is wrong. From there on it is a memo, since another outcome may lead the code elsewhere: a call is the first
 * one recorded with the same kind, task, key and input that was not asked yet, wherever it stands. One that the memo does
 * not have takes the next free number, so that the next replay finds it there.
 */
export class RecordedCalls {
  readonly #runId: string;
  readonly #binding: ReadonlyMap<number, CallRecord>;
  readonly #memoFrom: number;
  readonly #memo = new Map<string, CallRecord[]>();
  readonly #outcomes: ReadonlyMap<number, ChildOutcome>;
  #nextSeq = 0;
  #nextFree: number;
  #nextPlace: number;

  constructor({ runId, record, wakes, memoFrom = Infinity }: ClaimedRun) {
    this.#runId = runId;
    this.#memoFrom = memoFrom;
    this.#binding = new Map(record.filter(({ seq }) => seq < memoFrom).map((call) => [call.seq, call]));
    for (const call of record.filter(({ seq }) => seq >= memoFrom).sort((a, b) => a.seq - b.seq)) {
      const alike = this.#memo.get(identityOf(call));
      if (alike === undefined) this.#memo.set(identityOf(call), [call]);
      else alike.push(call);
    }
    this.#outcomes = new Map(record.flatMap(({ seq, outcome }) => (outcome === undefined ? [] : [[seq, outcome]])));
    this.#nextFree = 1 + record.reduce((last, { seq }) => Math.max(last, seq), -1);
    this.#nextPlace =
      1 + record.reduce((last, { outcomeSeq = 0 }) => Math.max(last, outcomeSeq), wakes * OUTCOME_STRIDE);
  }

  /**
   * Numbers the next call.
   * @throws ReplayMismatchError when the record binds and has another call there
   * @throws TooManyCallsError
   */
  take(asked: CallIdentity): NumberedCall {
    return this.#nextSeq < this.#memoFrom ? this.#takeBound(asked) : this.#takeFromMemo(asked);
  }

  /**
   * To be asked of code that has returned: it may have gone another way than the one that its record tells of.
   * @throws ReplayMismatchError when it has left out a call that binds it
   */
  assertAllTaken(): void {
    const left = [...this.#binding.keys()].filter((seq) => seq >= this.#nextSeq);
    if (left.length === 0) return;
    const call = this.#binding.get(Math.min(...left)) as CallRecord;
    throw new ReplayMismatchError(this.#runId, call.seq, describeCall(call), 'nothing: the task returned without it');
  }

  /** The outcome of an `invoke`, where it came with the record. */
  outcomeOf(seq: number): ChildOutcome | undefined {
    return this.#outcomes.get(seq);
  }

  /** Place of the next value that this execution records: behind all that its run knows. */
  takePlace(): number {
    return this.#nextPlace++;
  }

  #takeBound(asked: CallIdentity): NumberedCall {
    const seq = this.#nextSeq++;
    const recorded = this.#binding.get(seq);
    if (recorded === undefined) return this.#asNew(seq);
    if (matches(recorded, asked)) return { seq, recorded };
    throw new ReplayMismatchError(this.#runId, seq, describeCall(recorded), describeCall(asked));
  }

  #takeFromMemo(asked: CallIdentity): NumberedCall {
    const recorded = this.#memo.get(identityOf(asked))?.shift();
    return recorded === undefined ? this.#asNew(this.#nextFree++) : { seq: recorded.seq, recorded };
  }

  #asNew(seq: number): NumberedCall {
    if (seq >= CALL_LIMIT) throw new TooManyCallsError(this.#runId, CALL_LIMIT);
    return { seq, recorded: undefined };
  }
}

function identityOf({ kind, taskId, key, inputHash }: CallIdentity): string {
  return JSON.stringify([kind, taskId, key, inputHash]);
}

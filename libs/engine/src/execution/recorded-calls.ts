import { type CallRecord, type ClaimedRun, OUTCOME_STRIDE } from '@millrace/runs';
import { ReplayMismatchError } from '../engine.errors.js';
import { type CallIdentity, describeCall, matches } from './call-request.js';

/** A call of an execution: its number, and what the run has recorded of it. */
export interface NumberedCall {
  readonly seq: number;
  /** Undefined: this execution is the first to ask. */
  readonly recorded: CallRecord | undefined;
}

/** What a run has recorded, matched with what its code asks. */
export class RecordedCalls {
  readonly #runId: string;
  readonly #record: ReadonlyMap<number, CallRecord>;
  readonly #places: readonly number[];
  #nextSeq = 0;
  #nextPlace: number;

  constructor({ runId, record, wakes }: ClaimedRun) {
    this.#runId = runId;
    this.#record = new Map(record.map((call) => [call.seq, call]));
    this.#places = record.flatMap(({ outcomeSeq }) => (outcomeSeq === undefined ? [] : [outcomeSeq]));
    this.#nextPlace = Math.max(wakes * OUTCOME_STRIDE, ...this.#places) + 1;
  }

  /**
   * Numbers the next call.
   * @throws ReplayMismatchError when the record has another call there
   */
  take(asked: CallIdentity): NumberedCall {
    const seq = this.#nextSeq++;
    const recorded = this.#record.get(seq);
    if (recorded === undefined || matches(recorded, asked)) return { seq, recorded };
    throw new ReplayMismatchError(this.#runId, seq, describeCall(recorded), describeCall(asked));
  }

  /** Place of the next value that this execution records: behind all that its run knows. */
  takePlace(): number {
    return this.#nextPlace++;
  }

  /** Recorded outcomes in front of this place. */
  outcomesBefore(place: number): number {
    return this.#places.filter((known) => known < place).length;
  }
}

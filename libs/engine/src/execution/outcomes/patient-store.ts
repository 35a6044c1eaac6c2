import { type RunStore, StoreRefusedError } from '@millrace/runs';
import { untilWritten, type UntilWrittenParts } from './until-written.js';

/** What the calls of an execution ask of the store. */
export type CallStore = Pick<
  RunStore,
  | 'openCall'
  | 'addChildren'
  | 'reopenChildren'
  | 'recordValue'
  | 'startRun'
  | 'outcomes'
  | 'firstFailure'
  | 'resultBytes'
>;

/** Asks again what the store refuses for no fault of the run's: thrown into the task's code it would cost an attempt. */
export class PatientStore implements CallStore {
  constructor(
    private readonly store: CallStore,
    private readonly refusals: Omit<UntilWrittenParts, 'isRefusal'>,
  ) {}

  openCall(...given: Parameters<CallStore['openCall']>) {
    return this.#untilTaken(() => this.store.openCall(...given));
  }

  addChildren(...given: Parameters<CallStore['addChildren']>) {
    return this.#untilTaken(() => this.store.addChildren(...given));
  }

  reopenChildren(...given: Parameters<CallStore['reopenChildren']>) {
    return this.#untilTaken(() => this.store.reopenChildren(...given));
  }

  recordValue(...given: Parameters<CallStore['recordValue']>) {
    return this.#untilTaken(() => this.store.recordValue(...given));
  }

  startRun(...given: Parameters<CallStore['startRun']>) {
    return this.#untilTaken(() => this.store.startRun(...given));
  }

  outcomes(...given: Parameters<CallStore['outcomes']>) {
    return this.#untilTaken(() => this.store.outcomes(...given));
  }

  firstFailure(...given: Parameters<CallStore['firstFailure']>) {
    return this.#untilTaken(() => this.store.firstFailure(...given));
  }

  resultBytes(...given: Parameters<CallStore['resultBytes']>) {
    return this.#untilTaken(() => this.store.resultBytes(...given));
  }

  #untilTaken<T>(ask: () => Promise<T>): Promise<T> {
    return untilWritten(ask, { ...this.refusals, isRefusal: (error) => error instanceof StoreRefusedError });
  }
}

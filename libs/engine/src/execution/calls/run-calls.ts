import {
  type ChildOutcome,
  type ClaimedRun,
  FENCED,
  type Fenced,
  type Gate,
  isForgotten,
  type NewRun,
  type NewValue,
  OUTCOME_STRIDE,
  TOO_EARLY,
  toRunError,
  type TooEarly,
} from '@millrace/runs';
import { SnoozeError, StepFailedError } from '@millrace/sdk';
import { AnswerTurns, StepEffects } from '@millrace/sdk/replay';
import type { Dispatcher } from '../../queue/dispatcher.js';
import { ExecutionOverError, StepValuesTooLargeError, StepValueTooLargeError } from '../../engine.errors.js';
import { type CallIdentity, type ChildCallRequest, hashTexts, type ValueCallRequest } from './call-request.js';
import { ChildCreation } from './child-creation.js';
import { ChildReopening } from './child-reopening.js';
import { RESULT_LIMIT } from '../outcomes/conclude.js';
import { type CallStore, PatientStore } from '../outcomes/patient-store.js';
import { type NumberedCall, RecordedCalls } from './recorded-calls.js';
import { isMarkedFatal, snoozeOf } from '../outcomes/thrown.js';
import type { UntilWrittenParts } from '../outcomes/until-written.js';

/** Why no further line of the task's code matters in this execution. */
export type Interruption =
  { readonly kind: 'suspended' | 'fenced' } | { readonly kind: 'failed' | 'threw'; readonly error: unknown };

/** Bytes of JSON that the values of one run's record may have in all: each replay reads them. */
const RECORD_LIMIT = 64 * 1024 * 1024;

/** Wait before an execution is made again that came before a cancellation below it was complete. */
const TOO_EARLY_DELAY_MS = 500;

/**
 * The calls of one execution.
 *
 * Each call takes a number. One that the record knows is answered from there, in its turn, unless the attempt has
 * forgotten its failure: then the children that failed are queued again. One that the record does not know is recorded,
 * and its children are created or its value is made. A call without an outcome is a promise that never
 * settles: there is no exception for the task's code to catch, and `finally` does not run. When nothing but such calls is
 * left the execution is suspended (R4).
 */
export class RunCalls {
  readonly #store: CallStore;
  readonly #record: RecordedCalls;
  readonly #turns: AnswerTurns;
  readonly #effects = new StepEffects();
  readonly #creation: ChildCreation;
  readonly #reopening: ChildReopening;
  #over = false;
  #refuses = false;
  #childless: boolean;
  /** Of the values in the record, those of this execution included. */
  #recordBytes: number;
  /** Children under creation. */
  readonly #creating = new Set<Promise<unknown>>();

  constructor(
    private readonly run: ClaimedRun,
    store: CallStore,
    private readonly dispatcher: Dispatcher,
    /** The execution must end before its code does. */
    private readonly interrupt: (interruption: Interruption) => void,
    refusals: Pick<UntilWrittenParts, 'patience' | 'onRefused'>,
  ) {
    this.#store = new PatientStore(store, { ...refusals, runId: run.runId, isEnding: () => this.#over });
    this.#record = new RecordedCalls(run);
    this.#turns = new AnswerTurns(() => this.#end({ kind: 'suspended' }));
    this.#childless = run.record.every(({ children }) => children === 0);
    this.#recordBytes = run.recordBytes;
    const isOver = () => this.#over;
    this.#creation = new ChildCreation(run, this.#store, dispatcher, isOver);
    this.#reopening = new ChildReopening(run, this.#store, dispatcher, isOver);
  }

  /** Gives the call's number once all its children have ended, in this execution or in a later one. */
  async children(request: ChildCallRequest): Promise<number> {
    const { kind, task, key, inputs } = request;
    const asked = { kind, taskId: task.id, key, inputHash: hashTexts(inputs) };
    this.#childless = false;
    const { seq, recorded } = await this.#ask(asked);
    // One that its children have not all ended of is waited for first, whatever of them failed.
    const reopens = recorded?.outcomeSeq !== undefined && isForgotten(recorded, this.run.attempt);
    const answered = this.#turns.wait(seq, reopens ? undefined : recorded?.outcomeSeq);
    if (reopens) this.#inBackground(() => this.#reopening.reopen(seq));
    else if (recorded?.sealed === true) this.#turns.touch();
    else this.#inBackground(() => this.#creation.createMissing(request, { ...asked, seq }, recorded));
    await answered;
    return seq;
  }

  /** Gives the outcome of the call's only child once it has ended. */
  async invoked(request: ChildCallRequest): Promise<ChildOutcome> {
    const seq = await this.children(request);
    const known = this.#record.outcomeOf(seq);
    if (known !== undefined) return known;
    const [outcome] = await this.outcomes(seq, 0, 1);
    return outcome as ChildOutcome;
  }

  /**
   * Gives the value that the record has, or makes it and records it. What `make` throws is recorded as well: were it not,
   * a replay for which `make` succeeds would take another way than the code has gone.
   * @throws StepFailedError what `make` threw, now or in an earlier execution of the attempt; a snooze as it is
   */
  value<T>(request: ValueCallRequest, make: () => Promise<T>): Promise<T> {
    return this.#value(request, make, (entry) => this.#store.recordValue(this.run, entry));
  }

  /** Gives the id of the run that the record has, or creates this one. */
  startRun(
    request: ValueCallRequest,
    run: NewRun,
    gatesOf: () => Promise<readonly Gate[] | undefined>,
  ): Promise<string> {
    return this.#value(
      request,
      async () => run.id,
      async (entry) => {
        const gates = await gatesOf();
        const delivery = await this.#store.startRun(this.run, entry, gates === undefined ? run : { ...run, gates });
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
    if (recorded !== undefined && !isForgotten(recorded, this.run.attempt)) {
      const answered = this.#turns.wait(seq, recorded.outcomeSeq);
      this.#turns.touch();
      await answered;
      if (recorded.error !== undefined) throw new StepFailedError(recorded.error);
      return recorded.value as T;
    }
    return this.whileBusy(async () => {
      const made = await this.#outcomeOf(make, asked.key ?? '');
      // The signal that its worker stops is why, for all we know: the attempt goes on, and makes it again.
      if (made.error !== undefined && this.#refuses) throw new ExecutionOverError(this.run.runId);
      const entry: NewValue = { ...asked, ...made, seq, outcomeSeq: this.#record.takePlace() };
      if ((await record(entry)) === FENCED) return this.#never({ kind: 'fenced' });
      // As a replay will see it.
      if (made.error !== undefined) throw new StepFailedError(made.error);
      return made.value === undefined ? (undefined as T) : (JSON.parse(made.value) as T);
    });
  }

  /** What a call made, as it is recorded. A snooze is no outcome: the call is made again when the run is. */
  async #outcomeOf(make: () => Promise<unknown>, name: string): Promise<Pick<NewValue, 'value' | 'error'>> {
    try {
      const value = JSON.stringify(await this.#effects.run(make)) as string | undefined;
      this.#makeRoomFor(name, Buffer.byteLength(value ?? ''));
      return { value };
    } catch (thrown) {
      if (snoozeOf(thrown) !== undefined) throw thrown;
      return { value: undefined, error: { ...toRunError(thrown), ...(isMarkedFatal(thrown) ? { fatal: true } : {}) } };
    }
  }

  #makeRoomFor(step: string, bytes: number): void {
    if (bytes > RESULT_LIMIT) throw new StepValueTooLargeError(step, bytes, RESULT_LIMIT);
    const inAll = this.#recordBytes + bytes;
    if (inAll > RECORD_LIMIT) throw new StepValuesTooLargeError(step, inAll, RECORD_LIMIT);
    this.#recordBytes = inAll;
  }

  /** Outcomes of an answered call, in input order, from one input on. */
  outcomes(seq: number, from: number, limit: number): Promise<readonly ChildOutcome[]> {
    return this.whileBusy(() => this.#store.outcomes(this.run.runId, seq, from, limit));
  }

  /** The child of an answered call that failed first. */
  firstFailure(seq: number): Promise<ChildOutcome | undefined> {
    return this.whileBusy(() => this.#store.firstFailure(this.run.runId, seq));
  }

  /** Bytes of JSON that the results of an answered call have in all. */
  resultBytes(seq: number): Promise<number> {
    return this.whileBusy(() => this.#store.resultBytes(this.run.runId, seq));
  }

  /** Keeps the execution from being suspended while this goes on. */
  whileBusy<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.whileBusy(work);
  }

  /** Whether the code is where an earlier execution of the attempt has been, and was suspended. */
  get repeats(): boolean {
    const { loggedWakes } = this.run;
    return loggedWakes !== undefined && this.#turns.furthest < (loggedWakes + 1) * OUTCOME_STRIDE;
  }

  /** @throws ReplayMismatchError when the code, which has returned, has left out a call that the record binds it to */
  assertAllAsked(): void {
    this.#record.assertAllTaken();
  }

  /** Whether no call for children was made, by this execution or an earlier one. */
  get childless(): boolean {
    return this.#childless;
  }

  /** Resolves when no child is under creation. */
  get created(): Promise<unknown> {
    return Promise.allSettled(this.#creating);
  }

  /** No further call is taken, and no failure recorded. What waits for calls is suspended as ever. */
  refuse(): void {
    this.#refuses = true;
  }

  /** No further call is taken, and no further chunk of children created or queued again. */
  close(): void {
    this.#over = true;
    this.#turns.end();
  }

  /**
   * Numbers the call; never settles when that cannot be.
   * @throws ExecutionOverError, CallInStepError
   */
  #ask(asked: CallIdentity): NumberedCall | Promise<never> {
    if (this.#over || this.#refuses) throw new ExecutionOverError(this.run.runId);
    this.#effects.assertOutside(asked.kind);
    try {
      return this.#record.take(asked);
    } catch (error) {
      return this.#never({ kind: 'failed', error });
    }
  }

  #inBackground(work: () => Promise<undefined | TooEarly | Fenced>): void {
    const working = this.whileBusy(work).then(
      (outcome) => {
        if (outcome === FENCED) this.#end({ kind: 'fenced' });
        if (outcome === TOO_EARLY) this.#end({ kind: 'threw', error: new SnoozeError(TOO_EARLY_DELAY_MS) });
      },
      (error: unknown) => this.#end({ kind: 'threw', error }),
    );
    this.#creating.add(working);
    void working.finally(() => this.#creating.delete(working));
  }

  #end(interruption: Interruption): void {
    this.close();
    this.interrupt(interruption);
  }

  #never(interruption: Interruption): Promise<never> {
    this.#end(interruption);
    return new Promise<never>(() => undefined);
  }
}

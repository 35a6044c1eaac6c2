import { type ExecutionRef, FENCED, type RunStore, storableText } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';

/** Milliseconds between two writes of one run: at most four a second. */
const PAUSE_MS = 250;
const LONGEST_NOTE = 500;

interface Report {
  readonly fraction: number;
  readonly note: string | undefined;
}

/**
 * Writes how far an execution says it is, in the background: the latest report, at most four times a second. As with log
 * lines, what a replay says again is passed over, so that progress does not go back.
 */
export class RunProgress {
  #latest: Report | undefined;
  #writing: Promise<void> | undefined;
  #ending = false;
  #endPause: (() => void) | undefined;

  constructor(
    private readonly execution: ExecutionRef,
    private readonly isRepeated: () => boolean,
    private readonly store: Pick<RunStore, 'reportProgress'>,
    private readonly logger: () => Logger,
    /** A report was dropped: the run goes on without this execution. */
    private readonly onLate: () => void,
  ) {}

  /** @throws RangeError */
  report(fraction: number, note?: string): void {
    if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) {
      throw new RangeError(`Progress ${String(fraction)} is no number from 0 to 1; give done / all.`);
    }
    if (this.isRepeated()) return;
    this.#latest = {
      fraction,
      note: note === undefined ? undefined : storableText(String(note).slice(0, LONGEST_NOTE)),
    };
    this.#writing ??= this.#writeLatest();
  }

  /** Writes what is left, without a pause. */
  async flush(): Promise<void> {
    this.#ending = true;
    this.#endPause?.();
    while (this.#writing !== undefined) await this.#writing;
  }

  async #writeLatest(): Promise<void> {
    // Reports of the same tick are one.
    await Promise.resolve();
    while (this.#latest !== undefined) {
      const { fraction, note } = this.#latest;
      this.#latest = undefined;
      await this.store.reportProgress(this.execution, fraction, note).then(
        (kept) => kept === FENCED && this.onLate(),
        (error: unknown) => this.logger().error({ err: error }, 'progress could not be stored'),
      );
      if (!this.#ending) await this.#pause();
    }
    this.#writing = undefined;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

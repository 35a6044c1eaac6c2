import type { ReadingSinks, ReadSoFar, Reject, StreamedFile, ThreadReading } from '@millrace/ingest';
import { buffersOf, type EncodedRows } from '../copy/row-encoder.js';

/** What the thread is told about one reading. */
interface Thread {
  /** The piece it gave first of those under way is dealt with. @param returned memory of it that nobody reads any more */
  taken(returned: readonly ArrayBuffer[]): void;
  stop(): void;
}

/**
 * One file that a thread reads, as the main thread sees it: what comes is dealt with piece by piece, in order. Whatever
 * stops it here (the server refuses a row, the run is cancelled), it is over when the thread says so: until then the
 * thread may read from the descriptor.
 */
export class ThreadedReading {
  readonly settled: Promise<StreamedFile>;
  private succeed!: (file: StreamedFile) => void;
  private giveUp!: (error: unknown) => void;
  private last: Promise<void> = Promise.resolve();
  private stopped: { readonly reason: unknown } | undefined;
  private readonly sinks: ReadingSinks;
  private readonly onAbort = () => this.stop(this.reading.signal.reason);

  constructor(
    private readonly reading: ThreadReading,
    private readonly write: (rows: EncodedRows) => Promise<void>,
    private readonly thread: Thread,
  ) {
    this.settled = new Promise<StreamedFile>((resolve, reject) => {
      this.succeed = resolve;
      this.giveUp = reject;
    }).finally(() => reading.signal.removeEventListener('abort', this.onAbort));
    this.sinks = reading.begin();
    if (reading.signal.aborted) this.onAbort();
    else reading.signal.addEventListener('abort', this.onAbort);
  }

  rows(encoded: EncodedRows): void {
    this.take(() => this.write(encoded), encoded.isReturnable === true ? buffersOf(encoded) : []);
  }

  reject(reject: Reject): void {
    this.take(() => this.sinks.reject(reject));
  }

  /** Said when what was read before is dealt with. */
  passed(read: ReadSoFar): void {
    void this.last.then(() => (this.stopped ? undefined : this.sinks.passed(read)));
  }

  end(file: StreamedFile): void {
    void this.last.then(() => (this.stopped ? this.giveUp(this.stopped.reason) : this.succeed(file)));
  }

  fail(error: unknown): void {
    void this.last.then(() => this.giveUp(this.stopped ? this.stopped.reason : error));
  }

  private take(work: () => Promise<void>, returned: readonly ArrayBuffer[] = []): void {
    this.last = this.last
      .then(() => (this.stopped ? undefined : work()))
      .then(
        () => this.thread.taken(returned),
        (error: unknown) => this.stop(error),
      );
  }

  private stop(reason: unknown): void {
    this.stopped ??= { reason };
    this.thread.stop();
  }
}

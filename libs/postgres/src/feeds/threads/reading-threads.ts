import { availableParallelism } from 'node:os';
import type { StreamedFile, ThreadReading } from '@millrace/ingest';
import { ReadingThread, type ReadingThreadOptions } from './reading-thread.js';
import type { ReadContent } from './thread-messages.js';
import type { EncodedRows } from '../copy/row-encoder.js';

/** One thread reads faster than one connection of PostgreSQL takes: more are for several files at once. */
const MOST_THREADS = 4;

/**
 * Threads that read, check and encode large files beside the connections that take their rows (F3). They run from the
 * start, because one takes longer to start than many a file to load.
 */
export class ReadingThreads {
  private readonly threads: ReadingThread[];

  constructor(private readonly options: ReadingThreadOptions) {
    const count = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
    this.threads = Array.from({ length: count }, () => new ReadingThread(options));
  }

  /**
   * Reads a file from its start; resolves when it went by whole.
   * @throws FileRefusedError as `streamRecords` does, and what `write` throws
   */
  read(
    reading: ThreadReading,
    content: ReadContent,
    write: (rows: EncodedRows) => Promise<void>,
  ): Promise<StreamedFile> {
    this.threads.forEach((thread, index) => {
      if (thread.dead) this.threads[index] = new ReadingThread(this.options);
    });
    const [idlest] = [...this.threads].sort((a, b) => a.busy - b.busy);
    return (idlest as ReadingThread).read(reading, content, write);
  }

  /** Ends them; what they read fails. */
  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }
}

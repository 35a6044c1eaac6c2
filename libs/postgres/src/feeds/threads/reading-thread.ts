import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StreamedFile, ThreadReading } from '@millrace/ingest';
import { toFailure, toFailureMessage } from './failure-message.js';
import type { KeyTable } from '../keys/key-tables.js';
import { toRefusedError } from './refusal-message.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import type { LookUpKeys } from '../keys/surrogate-keys.js';
import { ThreadedReading } from './threaded-reading.js';
import type { FromThread, ReadContent, ReadingThreadData, ToThread } from './thread-messages.js';

export interface ReadingThreadOptions extends ReadingThreadData {
  readonly lookUp: (table: KeyTable) => LookUpKeys;
  /** What runs the program from the sources, in a spec. */
  readonly starter?: URL;
}

/** Beside this file, and in the same language. */
const PROGRAM = new URL(`./reading-thread-program${extname(import.meta.url)}`, import.meta.url);
/** MiB for young objects: a thread makes many and keeps few. */
const YOUNG_MIB = 16;

/** The main thread's side of one thread that reads files. */
export class ReadingThread {
  private readonly worker: Worker;
  private readonly readings = new Map<number, ThreadedReading>();
  private nextId = 0;
  /** Whether it has ended; then another one is needed. */
  dead = false;

  constructor(private readonly options: ReadingThreadOptions) {
    const { tasks, starter } = options;
    this.worker = new Worker(starter ?? PROGRAM, {
      ...{ workerData: { tasks } satisfies ReadingThreadData, name: 'reading', argv: [PROGRAM.href] },
      // Not the loaders and profilers that the main thread was started with.
      execArgv: starter ? ['-C', '@millrace/source'] : [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.worker.unref();
    this.worker.on('message', (message: FromThread) => this.hear(message));
    let reason: Error | undefined;
    this.worker.on('error', (error: Error) => (reason = error));
    this.worker.on('exit', () => this.end(reason ?? new Error('The thread that read the file has ended.')));
  }

  /** Files that it reads now. */
  get busy(): number {
    return this.readings.size;
  }

  /** Reads a file from its start. Settles when the thread no longer reads it. */
  read(
    reading: ThreadReading,
    content: ReadContent,
    write: (rows: EncodedRows) => Promise<void>,
  ): Promise<StreamedFile> {
    const id = (this.nextId += 1);
    const { descriptor, feed, file } = reading;
    const threaded = new ThreadedReading(reading, write, {
      taken: (returned) => this.tell({ kind: 'taken', id, returned }, returned),
      stop: () => this.tell({ kind: 'stop', id }),
    });
    this.readings.set(id, threaded);
    this.tell({ kind: 'read', id, descriptor, feed, file, content });
    return threaded.settled.finally(() => this.readings.delete(id));
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(message: FromThread): void {
    if (message.kind === 'look-up') return void this.lookUp(message.request, message.table, message.names);
    const reading = this.readings.get(message.id);
    switch (message.kind) {
      case 'rows':
        return reading?.rows(message.encoded);
      case 'reject':
        return reading?.reject({ ...message.reject, raw: Buffer.from(message.reject.raw) });
      case 'passed':
        return reading?.passed(message.read);
      case 'ended':
        return reading?.end({ ...message.file, sha256: Buffer.from(message.file.sha256) });
      case 'refused':
        return reading?.fail(toRefusedError(message.refusal));
      case 'failed':
        return reading?.fail(toFailure(message.failure));
    }
  }

  private async lookUp(request: number, table: KeyTable, names: readonly string[]): Promise<void> {
    try {
      this.tell({ kind: 'keys', request, keys: await this.options.lookUp(table)(names) });
    } catch (error) {
      this.tell({ kind: 'no-keys', request, failure: toFailureMessage(error) });
    }
  }

  private end(reason: Error): void {
    this.dead = true;
    for (const reading of this.readings.values()) reading.fail(reason);
  }

  private tell(message: ToThread, moved: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, moved);
  }
}

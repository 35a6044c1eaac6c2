import { dirname } from 'node:path';
import type { LoadFileResult } from '@millrace/contracts';
import { SnoozeError, type Completion, type TaskLog } from '@millrace/sdk';
import type { OpenArrival } from '../inbox/arrival.js';
import { ClaimedFile } from '../inbox/claimed-file.js';
import { fileClockMs } from '../inbox/file-clock.js';
import { EarlyEndError, type Excerpt, FileRefusedError } from '../scanning/document.errors.js';
import type { Feed } from '../feeds/feed.js';
import { continues } from './continues.js';
import { documentOf } from './document-of.js';
import type { LoadRequest, ReadingSinks } from './file-ledger.port.js';
import { isPacked } from '../scanning/packing.js';
import { FileChangedError } from './load.errors.js';
import { LARGE_BYTES, LoadProgress } from './load-progress.js';
import { readAround } from './read-around.js';
import { streamRecords } from '../records/record-stream.js';
import { RejectSpool } from '../records/reject-spool.js';

/** What a load takes of its task's context. */
export interface LoadContext {
  readonly runId: string;
  /** Number of the run's execution. */
  readonly epoch: number;
  /** Number of its attempt, from 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  /** Says how far it is: `ctx.progress`. */
  progress(fraction: number, note?: string): void;
  /** Makes the ticket that ends the run in the file's own transaction: `ctx.completion`. */
  completion(result: LoadFileResult): Completion;
}

export interface FileLoadParts {
  readonly arrival: OpenArrival;
  readonly feed: Feed;
  readonly context: LoadContext;
  /** Folder for rejects that wait for their transaction. */
  readonly spoolFolder: string;
}

/** How long a file that changed under its reader is left alone. */
const CHANGED_AGAIN_MS = 500;

/** One claimed file, open, as the ledger takes it. */
export class FileLoad {
  readonly request: LoadRequest;
  readonly #spool: RejectSpool;
  readonly #isPacked: boolean;

  private constructor(
    private readonly file: ClaimedFile,
    private readonly path: string,
    private readonly parts: FileLoadParts,
    private readonly supersedes: string | undefined,
  ) {
    this.#spool = new RejectSpool(parts.spoolFolder);
    this.#isPacked = isPacked(parts.arrival.name);
    this.request = this.#toRequest();
  }

  /** @throws FileRefusedError when it is a link or no regular file */
  static async open(path: string, parts: FileLoadParts): Promise<FileLoad> {
    const file = ClaimedFile.open(path);
    const { predecessor, name } = parts.arrival;
    if (predecessor === undefined) return new FileLoad(file, path, parts, undefined);
    // A file that cannot be read is refused by its load, which says why.
    const isLonger = await continues(documentOf(file, name), predecessor).catch(() => false);
    return new FileLoad(file, path, parts, isLonger ? predecessor.id : undefined);
  }

  /** Bytes that are read, at least; of a packed file nobody knows how many. */
  get size(): number {
    return this.#isPacked ? Infinity : this.file.size;
  }

  /** The error of a load, or a snooze in its place while the file may still become whole. */
  async whenUnfinished(error: unknown): Promise<unknown> {
    if (error instanceof FileChangedError) return new SnoozeError(CHANGED_AGAIN_MS);
    if (!(error instanceof FileRefusedError)) return error;
    if (this.file.isChanged()) return new SnoozeError(CHANGED_AGAIN_MS);
    if (!(error instanceof EarlyEndError)) return error;
    const quietMs = this.file.quietMs(await fileClockMs(dirname(this.path)));
    const graceMs = Math.ceil(this.parts.feed.quietPeriodMs - quietMs);
    return graceMs > 0 ? new SnoozeError(graceMs) : error;
  }

  /** The bytes around the place of a refusal. */
  excerptOf(refusal: FileRefusedError): Promise<Excerpt | undefined> {
    return readAround(this.file, this.parts.arrival.name, refusal, this.parts.context.signal);
  }

  async close(): Promise<void> {
    try {
      await this.#spool.close();
    } finally {
      this.file.close();
    }
  }

  #toRequest(): LoadRequest {
    const { file } = this;
    const { arrival, feed, context } = this.parts;
    const { runId, epoch, signal } = context;
    const begin = () => this.#begin();
    return {
      arrival,
      execution: { runId, epoch },
      target: feed.target,
      newPartitions: feed.accepts.newPartitions,
      stream: (write, keptFromMs) =>
        streamRecords(documentOf(file, arrival.name), feed, { write, ...begin() }, signal, keptFromMs),
      supersedes: this.supersedes,
      threaded:
        this.#isPacked || file.size < LARGE_BYTES
          ? undefined
          : { descriptor: file.descriptor, feed: feed.id, file: arrival.id, signal, begin },
      rejects: () => this.#spool.pages(),
      complete: (result) => {
        if (file.isChanged()) throw new FileChangedError();
        if (result.rejected > 0) warnOfRejects(arrival, result, context.log);
        return context.completion(result);
      },
    };
  }

  #begin(): ReadingSinks {
    this.#spool.clear();
    // Of a packed file it is not known how far it is.
    const progress = new LoadProgress(this.#isPacked ? 0 : this.file.size, this.parts.context);
    return { reject: (reject) => this.#spool.add(reject), passed: (read) => progress.passed(read) };
  }
}

function warnOfRejects({ id, name }: OpenArrival, { rejected, records }: LoadFileResult, log: TaskLog): void {
  log.warn(
    `"${name}" is loaded but for ${String(rejected)} of its ${String(records)} records, which ${rejected === 1 ? 'is' : 'are'} set aside`,
    {
      see: `/files/${id}/rejects`,
    },
  );
}

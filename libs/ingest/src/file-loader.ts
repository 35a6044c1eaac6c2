import type { FileReason, LoadFileResult } from '@millrace/contracts';
import { toRunError } from '@millrace/runs';
import { SnoozeError, type Completion, type TaskLog } from '@millrace/sdk';
import type { EndedArrival, OpenArrival } from './arrival.js';
import { ClaimedFile } from './claimed-file.js';
import { EarlyEndError, FileRefusedError, type Place } from './document.errors.js';
import type { FeedRegistry } from './feed-registry.js';
import type { Feed } from './feed.js';
import type { FileLedger, ReadingSinks } from './file-ledger.port.js';
import type { Inbox } from './inbox.js';
import {
  AlreadyEndedError,
  FileChangedError,
  FileEndedError,
  FileVanishedError,
  UnknownFeedError,
  UnknownFileError,
} from './load.errors.js';
import { LARGE_BYTES, LoadProgress } from './load-progress.js';
import { streamRecords } from './record-stream.js';
import { RejectSpool } from './reject-spool.js';

/** What a load takes of its task's context. */
export interface LoadContext {
  readonly runId: string;
  /** Number of the run's execution. */
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  /** Says how far it is: `ctx.progress`. */
  progress(fraction: number, note?: string): void;
  /** Makes the ticket that ends the run in the file's own transaction: `ctx.completion`. */
  completion(result: LoadFileResult): Completion;
}

/** What became of a file. */
export interface EndedFile extends Pick<LoadFileResult, 'feed' | 'rows' | 'rejected'> {
  readonly outcome: LoadFileResult['outcome'] | 'quarantined' | 'vanished';
}

/** How long a file that changed under its reader is left alone. */
const CHANGED_AGAIN_MS = 500;

/**
 * Loads one file: claims it, reads it once, and commits its rows, its rejects, its ledger row and its run's end together; then
 * moves it to the archive, or to quarantine when it is refused. It alone judges whether a document is complete: one
 * that ends early is looked at again until its feed's quiet period has passed since the last write.
 */
export class FileLoader {
  constructor(
    private readonly ledger: FileLedger,
    private readonly feeds: FeedRegistry,
    private readonly inbox: Inbox,
    /** Folder for rejects that wait for their transaction. */
    private readonly spoolFolder: string,
    /** Is told of each file once what became of it is committed, for metrics. */
    private readonly onEnded: (file: EndedFile) => void = () => undefined,
  ) {}

  /**
   * Loads the file of an arrival and ends the run with it. Repeating it changes nothing and gives the same result.
   * @throws FatalError when the file is refused, has vanished or is unknown
   * @throws SnoozeError when it is still being written
   */
  async load(fileId: string, context: LoadContext): Promise<Completion> {
    const arrival = await this.ledger.find(fileId);
    if (!arrival) throw new UnknownFileError(fileId);
    if (arrival.state !== 'arrived') return this.answer(arrival, context);
    const feed = this.feeds.get(arrival.feed);
    if (!feed) {
      throw new UnknownFeedError(
        arrival.feed,
        this.feeds.list().map(({ id }) => id),
      );
    }
    try {
      const { completion, result } = await this.loadOpen(arrival, feed, context);
      this.onEnded(result);
      await this.putAway(arrival, 'archive', context.log);
      return completion;
    } catch (error) {
      if (error instanceof AlreadyEndedError) return this.load(fileId, context);
      if (error instanceof FileRefusedError) await this.refuse(arrival, 'quarantined', error, context);
      if (error instanceof FileVanishedError) await this.refuse(arrival, 'vanished', error, context);
      throw error;
    }
  }

  /**
   * Loads a file again that was unloaded or quarantined, from where it was put away.
   * @throws as `load`
   */
  async reload(fileId: string, context: LoadContext): Promise<Completion> {
    await this.ledger.reopen(fileId, context.runId);
    return this.load(fileId, context);
  }

  private async loadOpen(arrival: OpenArrival, feed: Feed, context: LoadContext) {
    const file = await ClaimedFile.open(await this.inbox.claim(arrival));
    const spool = new RejectSpool(this.spoolFolder);
    const { signal } = context;
    const begin = (): ReadingSinks => {
      spool.clear();
      const progress = new LoadProgress(file.size, context);
      return { reject: (reject) => spool.add(reject), passed: (read) => progress.passed(read) };
    };
    let result: LoadFileResult = {
      file: arrival.name,
      feed: feed.id,
      outcome: 'loaded',
      rows: 0,
      records: 0,
      rejected: 0,
    };
    try {
      const completion = await this.ledger.load({
        arrival,
        target: feed.target,
        stream: (write) => streamRecords(file.chunks(), feed, { write, ...begin() }, signal),
        threaded: file.size < LARGE_BYTES ? undefined : { descriptor: file.descriptor, feed: feed.id, signal, begin },
        rejects: () => spool.pages(),
        complete: async (completed) => {
          await file.assertUnchanged();
          result = completed;
          if (result.rejected > 0) warnOfRejects(arrival, result, context.log);
          return context.completion(result);
        },
      });
      return { completion, result };
    } catch (error) {
      throw await whenUnfinished(error, file, feed);
    } finally {
      await spool.close();
      await file.close();
    }
  }

  /** The run of a file that an earlier run ended. */
  private async answer(arrival: EndedArrival, context: LoadContext): Promise<Completion> {
    const { name, feed } = arrival;
    if (arrival.state === 'unloaded') throw new FileEndedError(name, 'MR_FILE_UNLOADED', 'its rows were taken back.');
    if (arrival.state === 'quarantined' || arrival.state === 'vanished') {
      throw new FileEndedError(name, arrival.reason.code, arrival.reason.message);
    }
    const { records, rejected, rows } = arrival.counts;
    const completion = context.completion(
      arrival.state === 'loaded'
        ? { file: name, feed, outcome: 'loaded', rows, records, rejected }
        : { file: name, feed, outcome: 'duplicate', rows: 0, records, rejected, duplicateOf: arrival.duplicateOf },
    );
    await this.ledger.answer(completion);
    return completion;
  }

  private async refuse(
    arrival: OpenArrival,
    state: 'quarantined' | 'vanished',
    error: FileRefusedError | FileVanishedError,
    { runId, epoch, log }: LoadContext,
  ): Promise<void> {
    await this.ledger.refuse(arrival.id, state, toReason(error), {
      ...{ runId, epoch, status: 'failed' },
      error: toRunError(error),
    });
    this.onEnded({ feed: arrival.feed, outcome: state, rows: 0, rejected: 0 });
    if (state === 'quarantined') await this.putAway(arrival, 'quarantine', log);
  }

  /** The ledger has decided; a move that fails is done again by the watcher's scan. */
  private async putAway(arrival: OpenArrival, where: 'archive' | 'quarantine', log: TaskLog): Promise<void> {
    await this.inbox[where](arrival).catch((error: unknown) => {
      log.warn(`"${arrival.name}" is not moved to the ${where} yet`, { error: String(error) });
    });
  }
}

/** The error, or a snooze in its place while the file may still become whole. */
async function whenUnfinished(error: unknown, file: ClaimedFile, feed: Feed): Promise<unknown> {
  if (error instanceof FileChangedError) return new SnoozeError(CHANGED_AGAIN_MS);
  if (!(error instanceof FileRefusedError)) return error;
  const changed = await file.assertUnchanged().then(
    () => false,
    () => true,
  );
  if (changed) return new SnoozeError(CHANGED_AGAIN_MS);
  const graceMs = Math.ceil(feed.quietPeriodMs - file.quietMs());
  return error instanceof EarlyEndError && graceMs > 0 ? new SnoozeError(graceMs) : error;
}

function warnOfRejects({ id, name }: OpenArrival, { rejected, records }: LoadFileResult, log: TaskLog): void {
  log.warn(`${String(rejected)} of the ${String(records)} records of "${name}" were rejected; the rest is loaded`, {
    see: `/files/${id}/rejects`,
  });
}

function toReason(error: FileRefusedError | FileVanishedError): FileReason {
  const { code, message } = error;
  const { offset, line, pointer }: Place = error instanceof FileRefusedError ? error : {};
  return {
    code,
    message,
    ...(offset === undefined ? {} : { offset }),
    ...(line === undefined ? {} : { line }),
    ...(pointer === undefined ? {} : { pointer }),
  };
}

import type { LoadFileResult } from '@millrace/contracts';
import { toRunError } from '@millrace/runs';
import { SnoozeError, type Completion, type TaskLog } from '@millrace/sdk';
import type { Arrival, EndedArrival, OpenArrival } from '../inbox/arrival.js';
import { FileRefusedError } from '../scanning/document.errors.js';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { Feed } from '../feeds/feed.js';
import type { FileLedger } from './file-ledger.port.js';
import { FileLoad, type LoadContext } from './file-load.js';
import { toReason } from './file-reason.js';
import type { FilePlaces } from '../inbox/inbox.js';
import { InboxNotMountedError } from '../inbox/upload.errors.js';
import { whileDescriptorsLast } from './descriptors.js';
import { LoadGroup, type LoadSeat } from './load-group.js';
import { LoadOrder } from './load-order.js';
import {
  AlreadyEndedError,
  FileEndedError,
  FileGoneError,
  FileVanishedError,
  SupersededEndedError,
  UnknownFileError,
} from './load.errors.js';

/** One of several files to be loaded. */
export interface WantedLoad {
  readonly fileId: string;
  /** As `reload` does, and not as `load`. */
  readonly again: boolean;
  readonly context: LoadContext;
}

/** What became of a file. */
export interface EndedFile extends Pick<LoadFileResult, 'feed' | 'rows' | 'rejected'> {
  readonly outcome: LoadFileResult['outcome'] | 'quarantined' | 'vanished';
}

/** Files up to this size are loaded together. */
const SMALL_BYTES = 64 * 1024;
/** States of files that can be loaded again. */
const REOPENABLE: readonly string[] = ['unloaded', 'quarantined'] satisfies Arrival['state'][];
/** Between two looks for an inbox that is away. */
const INBOX_AGAIN_MS = 30_000;

/**
 * Loads files: claims each, reads it once, and commits its rows, its rejects, its ledger row and its run's end together; then
 * moves it to the archive, or to quarantine when it is refused. It alone judges whether a document is complete: one
 * that ends early is looked at again until its feed's quiet period has passed since the last write.
 */
export class FileLoader {
  private readonly order: LoadOrder;

  constructor(
    private readonly ledger: FileLedger,
    private readonly feeds: FeedRegistry,
    private readonly places: FilePlaces,
    /** Folder for rejects that wait for their transaction. */
    private readonly spoolFolder: string,
    /** Is told of each file once what became of it is committed, for metrics. */
    private readonly onEnded: (file: EndedFile) => void = () => undefined,
  ) {
    this.order = new LoadOrder(ledger);
  }

  /** Milliseconds since the load, or the group, began here that has gone on longest; 0 when none does. */
  get oldestLoadMs(): number {
    return this.order.oldestMs;
  }

  /**
   * Loads the file of an arrival and ends the run with it. Repeating it changes nothing and gives the same result.
   * @throws FatalError when the file is refused, has vanished or is unknown
   * @throws SnoozeError when it is still being written, its inbox is away, or it is to be loaded alone and is not
   */
  async load(fileId: string, context: LoadContext): Promise<Completion> {
    return this.order.one(context, () => this.loadAlone({ fileId, again: false, context }));
  }

  /**
   * Loads files, the small ones together and the others one after the other (F4), when a few groups before them have ended.
   * Gives the outcome of each, in their order: that of `load` or `reload`. One whose signal is aborted while it waits for its turn
   * fails at once with the reason, and is left where it is.
   */
  loadTogether(loads: readonly WantedLoad[]): readonly Promise<Completion>[] {
    const loading = this.loadInOrder(loads);
    return loads.map(async (_wanted, index) => (await loading)[index] as Promise<Completion>);
  }

  /** Gives the loads in their order, once it is known which of them are made alone. */
  private async loadInOrder(loads: readonly WantedLoad[]): Promise<readonly Promise<Completion>[]> {
    const suspects = await this.order.suspectsAmong(loads.map(({ context }) => context));
    const group = loads.filter(({ context }) => !suspects.has(context.runId));
    const contexts = group.map(({ context }) => context);
    const together = this.order.together(contexts, () => this.loadGroup(group));
    const outcomes = new Map(group.map((wanted, index) => [wanted, together[index]]));
    return loads.map(
      (wanted) => outcomes.get(wanted) ?? this.order.alone(wanted.context, () => this.loadAlone(wanted)),
    );
  }

  /**
   * Loads a file again that was unloaded or quarantined, from where it was put away, or whose load failed, from where it lies.
   * @throws as `load`; FileGoneError when one that was put away is not there any more: it stays what it is
   */
  async reload(fileId: string, context: LoadContext): Promise<Completion> {
    return this.order.one(context, () => this.loadAlone({ fileId, again: true, context }));
  }

  private async loadAlone({ fileId, again, context }: WantedLoad): Promise<Completion> {
    return whileDescriptorsLast(context.log, async () => {
      if (again) await this.fetchBack(await this.ledger.find(fileId), context);
      const arrival = await this.ledger.find(fileId);
      return this.loadFound(fileId, arrival, context, ({ request }) => this.ledger.load(request));
    });
  }

  private async fetchBack(arrival: Arrival | undefined, { runId }: LoadContext): Promise<void> {
    if (arrival === undefined) return;
    if (REOPENABLE.includes(arrival.state)) {
      if (!this.places.isPutAway(arrival)) throw new FileGoneError(arrival.name);
      await this.ledger.reopen(arrival.id, runId);
    }
    // An open one: an execution before this one did not come to it.
    if ([...REOPENABLE, 'arrived'].includes(arrival.state)) await this.places.takeBack(arrival);
  }

  /** Never rejects. */
  private async loadGroup(loads: readonly WantedLoad[]): Promise<readonly PromiseSettledResult<Completion>[]> {
    const { ledger } = this;
    const group = new LoadGroup(loads.length, ledger);
    const finding = ledger.findAll(loads.map(({ fileId }) => fileId));
    return Promise.allSettled(
      loads.map((wanted) => {
        const seat = group.seat();
        const loading = whileDescriptorsLast(wanted.context.log, async () => {
          const arrival = (await finding).get(wanted.fileId);
          return this.loadSeated(wanted, arrival, seat);
        });
        return loading.finally(() => seat.leave());
      }),
    );
  }

  private async loadSeated(
    { fileId, again, context }: WantedLoad,
    found: Arrival | undefined,
    seat: LoadSeat,
  ): Promise<Completion> {
    // Cancelled or handed back while it waited.
    context.signal.throwIfAborted();
    let arrival = found;
    if (again) {
      await this.fetchBack(arrival, context);
      arrival = await this.ledger.find(fileId);
    }
    return this.loadFound(fileId, arrival, context, (file) =>
      file.size <= SMALL_BYTES && file.request.supersedes === undefined
        ? seat.load(file.request)
        : seat.alone(file.request),
    );
  }

  private async loadFound(
    fileId: string,
    arrival: Arrival | undefined,
    context: LoadContext,
    load: (file: FileLoad) => Promise<Completion>,
  ): Promise<Completion> {
    if (!arrival) throw new UnknownFileError(fileId);
    if (arrival.state === 'failed') return this.loadFound(fileId, await this.reopen(arrival, context), context, load);
    if (arrival.state !== 'arrived') return this.answer(arrival, context);
    const feed = this.feeds.get(arrival.feed);
    try {
      const completion = await this.loadOpen(arrival, feed, context, load);
      this.onEnded(completion.result as LoadFileResult);
      await this.putAway(arrival, 'archive', context.log);
      return completion;
    } catch (error) {
      if (error instanceof AlreadyEndedError || error instanceof SupersededEndedError) {
        return this.loadAlone({ fileId, again: false, context });
      }
      if (error instanceof FileRefusedError) await this.refuse(arrival, 'quarantined', error, context);
      if (error instanceof FileVanishedError) await this.refuse(arrival, 'vanished', error, context);
      throw error;
    }
  }

  /** A run that failed is retried, or another one takes its place: the file is waiting again. */
  private async reopen({ id, name }: Arrival, { runId }: LoadContext): Promise<Arrival | undefined> {
    await this.ledger.reopen(id, runId);
    const arrival = await this.ledger.find(id);
    if (arrival?.state === 'failed') throw new FileEndedError(name, arrival.reason.code, arrival.reason.message);
    return arrival;
  }

  private async loadOpen(
    arrival: OpenArrival,
    feed: Feed,
    context: LoadContext,
    load: (file: FileLoad) => Promise<Completion>,
  ): Promise<Completion> {
    const path = await this.claim(arrival, context);
    const file = await FileLoad.open(path, { arrival, feed, context, spoolFolder: this.spoolFolder });
    try {
      return await load(file);
    } catch (error) {
      const failure = await file.whenUnfinished(error);
      if (failure instanceof FileRefusedError) failure.excerpt = await file.excerptOf(failure);
      throw failure;
    } finally {
      await file.close();
    }
  }

  private async claim(arrival: OpenArrival, { log }: LoadContext): Promise<string> {
    try {
      return await this.places.claim(arrival);
    } catch (error) {
      if (!(error instanceof InboxNotMountedError)) throw error;
      log.warn(
        `"${arrival.name}" waits for its inbox: ${error.folder} is not mounted here, or no file watcher has prepared it`,
      );
      throw new SnoozeError(INBOX_AGAIN_MS);
    }
  }

  /** The run of a file that an earlier run ended. */
  private async answer(arrival: EndedArrival, context: LoadContext): Promise<Completion> {
    const { name, feed } = arrival;
    if (arrival.state === 'unloaded') throw new FileEndedError(name, 'MR_FILE_UNLOADED', 'its rows were taken back.');
    if ('reason' in arrival) {
      throw new FileEndedError(name, arrival.reason.code, arrival.reason.message);
    }
    const { records, rejected, rows } = arrival.counts;
    const completion = context.completion(
      arrival.state !== 'duplicate'
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
    const end = { runId, epoch, status: 'failed', error: toRunError(error) } as const;
    const excerpt = error instanceof FileRefusedError ? error.excerpt : undefined;
    await this.ledger.refuse(arrival.id, { state, reason: toReason(error, arrival.name), excerpt }, end);
    this.onEnded({ feed: arrival.feed, outcome: state, rows: 0, rejected: 0 });
    if (state === 'quarantined') await this.putAway(arrival, 'quarantine', log);
  }

  /** The ledger has decided; a move that fails is done again by the watcher's scan. */
  private async putAway(arrival: OpenArrival, where: 'archive' | 'quarantine', log: TaskLog): Promise<void> {
    await this.places[where](arrival).catch((error: unknown) => {
      log.warn(`"${arrival.name}" is not moved to the ${where} yet`, { error: String(error) });
    });
  }
}

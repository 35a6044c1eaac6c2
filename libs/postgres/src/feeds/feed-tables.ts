import {
  type BuiltInTarget,
  type Feed,
  type LoadRequest,
  type RowTarget,
  SHIPPED_FEEDS,
  type StreamedFile,
} from '@millrace/ingest';
import pg from 'pg';
import type { Database, Transaction } from '../database.js';
import { DetectionEventSink } from './detections/detection-event-sink.js';
import { feedKeys, type KeyTable, lookUpIn, lookUpOnlyIn } from './keys/key-tables.js';
import type { ReadingThreadOptions } from './threads/reading-thread.js';
import { ReadingThreads } from './threads/reading-threads.js';
import { FeedTableSink } from './own-tables/feed-table-sink.js';
import { type HourSpan, spanOf } from './partitions/hour-span.js';
import { keptFrom, type NewPartitions, Partitions, type PartitionsOfLoad } from './partitions/partitions.js';
import { encodeFile, type EncodedRows, encoderFor, type RowEncoders, rowEncoders } from './copy/row-encoder.js';
import { prepareFeedTable, prepareFeedTables, type UnusableTable } from './own-tables/prepare-feed-tables.js';
import type { LoadedCounts, ReadFile, RowOrigin, RowSink, RowSource, UnloadedCounts } from './copy/row-sink.js';
import { StatusReportSink } from './statuses/status-report-sink.js';

const SINKS: { readonly [Target in BuiltInTarget]: RowSink } = {
  objects_detection_events: new DetectionEventSink(),
  vehicle_status: new StatusReportSink(),
};

/** What is read, and from which file. */
type Rows = Pick<LoadRequest, 'target' | 'stream'> & { readonly arrival: Pick<LoadRequest['arrival'], 'id'> };

/** What a file gave, and between which hours; undefined where its rows have none. */
export interface Loaded {
  readonly file: StreamedFile;
  readonly counts: LoadedCounts;
  readonly span: HourSpan | undefined;
}

type RowsToLoad = Rows & Partial<Pick<LoadRequest, 'newPartitions' | 'threaded'>>;

/** The name of such a table may be somebody else's, who did not ask for the feed: that must not stop all others. */
const SPARED: ReadonlySet<RowTarget> = new Set(SHIPPED_FEEDS.map(({ target }) => target));

/** No content has this id: they begin at 1. */
const NO_CONTENT = 0;

/** They are counted, and not made. */
const NO_PARTITIONS: NewPartitions = { query: async () => undefined };

function sinkOf(target: RowTarget): RowSink {
  return typeof target === 'string' ? SINKS[target] : new FeedTableSink(target);
}

/**
 * The tables that files are loaded into. New keys and new partitions are committed on connections apart from the pool:
 * were they on the pool, as many loads as it has connections would wait for one another for ever.
 */
export class FeedTables {
  private readonly keyConnection: pg.Pool;
  private readonly partitionConnection: pg.Pool;
  private readonly encoders: RowEncoders;

  private readonly threads: ReadingThreads | undefined;
  private readonly doubtful = new Set<RowTarget>();

  /** @param threads what threads need that read large files. @default all are read here */
  constructor(
    private readonly database: Database,
    threads?: Omit<ReadingThreadOptions, 'lookUp'>,
  ) {
    this.keyConnection = connectionApart(database);
    this.partitionConnection = connectionApart(database);
    const lookUp = (table: KeyTable) => lookUpIn(this.keyConnection, table);
    this.encoders = rowEncoders(feedKeys(lookUp));
    this.threads = threads && new ReadingThreads({ ...threads, lookUp });
  }

  /**
   * Makes the tables that feeds declare, or compares those that are there. Gives the tables of shipped feeds that cannot be
   * loaded into: whoever loads into one is refused until it is as declared.
   * @throws FeedTableUnfitError, FeedTableNotMadeError of a feed of the user's own
   */
  async prepare(feeds: readonly Feed[]): Promise<readonly UnusableTable[]> {
    const unusable = await prepareFeedTables(this.database, feeds, SPARED);
    for (const { table } of unusable) this.doubtful.add(table);
    return unusable;
  }

  /**
   * Takes the rows of one file within its transaction; it may be read twice.
   * @param inOrder as the sink is told
   */
  async load(request: RowsToLoad, transaction: Transaction, contentId: string, inOrder = false): Promise<Loaded> {
    const sink = await this.usableSinkOf(request.target, transaction);
    const partitions = await this.partitionsOf(sink, transaction, request.newPartitions);
    const hours = new Set<number>();
    const source = noting(hours, this.sourceOf(request, Number(contentId), partitions.keptFromMs));
    const { file, counts } = await sink.load(transaction, source, partitions, inOrder);
    return { file, counts, span: spanOf(hours) };
  }

  /**
   * Takes the rows of one file within a transaction that is to be rolled back, and commits nothing apart from it: names that
   * are new have keys of this trial's own, and the transaction makes the partitions that are missing. Until it is rolled
   * back, loads that need new ones, or bring the same rows, wait for it, but for those of a sink that counts.
   * @throws FeedTableUnfitError, FeedTableNotMadeError
   */
  async tryOut(
    request: Rows & Pick<LoadRequest, 'newPartitions'>,
    transaction: Transaction,
    inOrder = false,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }> {
    const keys = feedKeys((table) => lookUpOnlyIn(this.keyConnection, table));
    // Whoever tries out may have prepared no table, as the API has not.
    if (typeof request.target !== 'string') await prepareFeedTable(transaction, request.target);
    const sink = sinkOf(request.target);
    const connection = sink.count ? NO_PARTITIONS : transaction;
    const partitions = await this.partitionsOf(sink, transaction, request.newPartitions, connection);
    const source = encodedWith(rowEncoders(keys), request, NO_CONTENT, partitions.keptFromMs);
    return sink.count
      ? sink.count(transaction, source, partitions)
      : sink.load(transaction, source, partitions, inOrder);
  }

  /** Since when rows are kept, in milliseconds since 1970; undefined: all are. */
  async keptFrom(target: RowTarget): Promise<number | undefined> {
    const { partitioned } = sinkOf(target);
    return partitioned && keptFrom(this.database, partitioned);
  }

  /** Reads a small file whole, but for records of before what is kept. */
  async read(rows: Rows, contentId: string, keptFromMs: number | undefined): Promise<ReadFile> {
    if (this.doubtful.has(rows.target)) {
      await this.database.transaction((transaction) => this.usableSinkOf(rows.target, transaction));
    }
    const source = encodedWith(this.encoders, rows, Number(contentId), keptFromMs);
    const encoded: EncodedRows[] = [];
    const file = await source(async (some) => void encoded.push(some));
    return { fileId: rows.arrival.id, contentId, file, encoded };
  }

  /**
   * Takes the rows of files that were read, within their transaction.
   * @throws ExpiredMeanwhileError when some are older than what is kept by now
   */
  async loadRead(
    target: RowTarget,
    transaction: Transaction,
    files: readonly ReadFile[],
  ): Promise<readonly LoadedCounts[]> {
    const sink = sinkOf(target);
    return sink.loadRead(transaction, files, await this.partitionsOf(sink, transaction));
  }

  private sourceOf(request: RowsToLoad, contentId: number, keptFromMs: number | undefined): RowSource {
    const { threads } = this;
    const { threaded } = request;
    if (threads !== undefined && threaded !== undefined) {
      return (write) => threads.read(threaded, { contentId, keptFromMs }, write);
    }
    return encodedWith(this.encoders, request, contentId, keptFromMs);
  }

  private async partitionsOf(
    { partitioned }: RowSink,
    transaction: Transaction,
    most?: number,
    connection: NewPartitions = this.partitionConnection,
  ): Promise<PartitionsOfLoad> {
    if (partitioned === undefined) return Partitions.none;
    return Partitions.within(transaction, partitioned, connection, most);
  }

  /** Takes back the rows that a file gave. */
  async unload(target: RowTarget, transaction: Transaction, origin: RowOrigin): Promise<UnloadedCounts> {
    const sink = await this.usableSinkOf(target, transaction);
    return sink.unload(transaction, origin);
  }

  /** Looks again at a table that was unfit: it may have been put right, or out of the way. */
  private async usableSinkOf(target: RowTarget, transaction: Transaction): Promise<RowSink> {
    if (typeof target !== 'string' && this.doubtful.has(target)) await prepareFeedTable(transaction, target);
    return sinkOf(target);
  }

  /** Ends the threads, and closes the connections. */
  async close(): Promise<void> {
    await this.threads?.stop();
    await Promise.all([this.keyConnection.end(), this.partitionConnection.end()]);
  }
}

/** Reads the rows of a file in this thread. */
function encodedWith(
  encoders: RowEncoders,
  { arrival, target, stream }: Rows,
  contentId: number,
  keptFromMs: number | undefined,
): RowSource {
  return (write) =>
    encodeFile(
      (writeRows) => stream(writeRows, keptFromMs),
      encoderFor(target, encoders, { fileId: arrival.id, contentId }),
      write,
    );
}

/** The same rows; the hours that they lie in are added. */
function noting(hours: Set<number>, source: RowSource): RowSource {
  return (write) =>
    source((rows) => {
      for (const hour of rows.hours) hours.add(hour);
      return write(rows);
    });
}

/** One connection of its own, opened when it is needed. */
function connectionApart({ pool: { options } }: Database): pg.Pool {
  // `pg` hides the password from spreading.
  const pool = new pg.Pool({ ...options, password: options.password, max: 1 });
  // An idle connection that the server ends is opened again by the next query.
  pool.on('error', () => undefined);
  return pool;
}

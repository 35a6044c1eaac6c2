import type { BuiltInTarget, LoadRequest, RowTarget, StreamedFile } from '@millrace/ingest';
import pg from 'pg';
import type { Database, Transaction } from '../database.js';
import { DetectionEventSink } from './detection-event-sink.js';
import { feedKeys, type KeyTable, lookUpIn } from './key-tables.js';
import type { ReadingThreadOptions } from './reading-thread.js';
import { ReadingThreads } from './reading-threads.js';
import { FeedTableSink } from './feed-table-sink.js';
import { type EncodedRows, encoderFor, type RowEncoders, rowEncoders } from './row-encoder.js';
import type { LoadedCounts, ReadFile, RowOrigin, RowSink, UnloadedCounts } from './row-sink.js';
import { StatusReportSink } from './status-report-sink.js';

const SINKS: { readonly [Target in BuiltInTarget]: RowSink } = {
  objects_detection_events: new DetectionEventSink(),
  vehicle_status: new StatusReportSink(),
};

/** What is read, and from which file. */
type Rows = Pick<LoadRequest, 'target' | 'stream'> & { readonly arrival: Pick<LoadRequest['arrival'], 'id'> };

function sinkOf(target: RowTarget): RowSink {
  return typeof target === 'string' ? SINKS[target] : new FeedTableSink(target);
}

/**
 * The tables that files are loaded into. New keys are committed on one connection apart from the pool: were they on
 * the pool, as many loads as it has connections would wait for one another for ever.
 */
export class FeedTables {
  private readonly keyConnection: pg.Pool;
  private readonly encoders: RowEncoders;

  private readonly threads: ReadingThreads | undefined;

  /** @param threads what threads need that read large files. @default all are read here */
  constructor(database: Database, threads?: Omit<ReadingThreadOptions, 'lookUp'>) {
    const { options } = database.pool;
    // `pg` hides the password from spreading.
    this.keyConnection = new pg.Pool({ ...options, password: options.password, max: 1 });
    // An idle connection that the server ends is opened again by the next query.
    this.keyConnection.on('error', () => undefined);
    const lookUp = (table: KeyTable) => lookUpIn(this.keyConnection, table);
    this.encoders = rowEncoders(feedKeys(lookUp));
    this.threads = threads && new ReadingThreads({ ...threads, lookUp });
  }

  /** Takes the rows of one file within its transaction; it may be read twice. */
  load(
    { arrival, target, stream, threaded }: Rows & Pick<LoadRequest, 'threaded'>,
    transaction: Transaction,
    contentId: string,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }> {
    const { threads } = this;
    if (threads !== undefined && threaded !== undefined) {
      return sinkOf(target).load(transaction, (write) => threads.read(threaded, Number(contentId), write));
    }
    const encoder = encoderFor(target, this.encoders, arrival.id);
    return sinkOf(target).load(transaction, (write) =>
      stream(async (rows) => write(await encoder.encode(rows, Number(contentId)))),
    );
  }

  /** Reads a small file whole. */
  async read({ arrival, target, stream }: Rows, contentId: string): Promise<ReadFile> {
    const encoder = encoderFor(target, this.encoders, arrival.id);
    const encoded: EncodedRows[] = [];
    const file = await stream(async (rows) => void encoded.push(await encoder.encode(rows, Number(contentId))));
    return { fileId: arrival.id, contentId, file, encoded };
  }

  /** Takes the rows of files that were read, within their transaction. */
  loadRead(target: RowTarget, transaction: Transaction, files: readonly ReadFile[]): Promise<readonly LoadedCounts[]> {
    return sinkOf(target).loadRead(transaction, files);
  }

  /** Takes back the rows that a file gave. */
  unload(target: RowTarget, transaction: Transaction, origin: RowOrigin): Promise<UnloadedCounts> {
    return sinkOf(target).unload(transaction, origin);
  }

  /** Ends the threads, and closes the connection for keys. */
  async close(): Promise<void> {
    await this.threads?.stop();
    await this.keyConnection.end();
  }
}

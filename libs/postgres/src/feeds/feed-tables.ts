import type { LoadRequest, RowTarget, StreamedFile, TargetRows } from '@millrace/ingest';
import pg from 'pg';
import type { Database, Transaction } from '../database.js';
import { DetectionEventSink } from './detection-event-sink.js';
import { feedKeys, type KeyTable, lookUpIn } from './key-tables.js';
import type { ReadingThreadOptions } from './reading-thread.js';
import { ReadingThreads } from './reading-threads.js';
import { type EncodedRows, type RowEncoder, type RowEncoders, rowEncoders } from './row-encoder.js';
import type { LoadedCounts, ReadFile, RowSink, UnloadedCounts } from './row-sink.js';
import { StatusReportSink } from './status-report-sink.js';

const SINKS: { readonly [Target in RowTarget]: RowSink } = {
  objects_detection_events: new DetectionEventSink(),
  vehicle_status: new StatusReportSink(),
};

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
    { target, stream, threaded }: Pick<LoadRequest, 'target' | 'stream' | 'threaded'>,
    transaction: Transaction,
    contentId: string,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }> {
    const { threads } = this;
    if (threads !== undefined && threaded !== undefined) {
      return SINKS[target].load(transaction, (write) => threads.read(threaded, Number(contentId), write));
    }
    // A feed's `toRow` gives rows of its own target: `defineFeed` checks it.
    const encoder = this.encoders[target] as RowEncoder<TargetRows[RowTarget]>;
    return SINKS[target].load(transaction, (write) =>
      stream(async (rows) => write(await encoder.encode(rows, Number(contentId)))),
    );
  }

  /** Reads a small file whole. */
  async read({ target, stream }: Pick<LoadRequest, 'target' | 'stream'>, contentId: string): Promise<ReadFile> {
    const encoder = this.encoders[target] as RowEncoder<TargetRows[RowTarget]>;
    const encoded: EncodedRows[] = [];
    const file = await stream(async (rows) => void encoded.push(await encoder.encode(rows, Number(contentId))));
    return { contentId, file, encoded };
  }

  /** Takes the rows of files that were read, within their transaction. */
  loadRead(target: RowTarget, transaction: Transaction, files: readonly ReadFile[]): Promise<readonly LoadedCounts[]> {
    return SINKS[target].loadRead(transaction, files);
  }

  /** Takes back the rows that a content gave. */
  unload(target: RowTarget, transaction: Transaction, contentId: string): Promise<UnloadedCounts> {
    return SINKS[target].unload(transaction, contentId);
  }

  /** Ends the threads, and closes the connection for keys. */
  async close(): Promise<void> {
    await this.threads?.stop();
    await this.keyConnection.end();
  }
}

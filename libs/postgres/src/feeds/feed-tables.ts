import type { RowTarget, StreamedFile, TargetRows, WriteRows } from '@millrace/ingest';
import pg from 'pg';
import type { Database, Transaction } from '../database.js';
import { DetectionEventSink } from './detection-event-sink.js';
import type { LoadedCounts, RowSink, UnloadedCounts } from './row-sink.js';
import { StatusReportSink } from './status-report-sink.js';
import { ADD_OBJECT_TYPES, ADD_VEHICLES, FIND_OBJECT_TYPES, FIND_VEHICLES } from './surrogate-keys.sql.js';
import { SurrogateKeys } from './surrogate-keys.js';

type Sinks = { readonly [Target in RowTarget]: RowSink<TargetRows[Target]> };

/**
 * The tables that files are loaded into. New keys are committed on one connection apart from the pool: were they on
 * the pool, as many loads as it has connections would wait for one another for ever.
 */
export class FeedTables {
  private readonly keyConnection: pg.Pool;
  private readonly sinks: Sinks;

  constructor(database: Database) {
    const { options } = database.pool;
    // `pg` hides the password from spreading.
    this.keyConnection = new pg.Pool({ ...options, password: options.password, max: 1 });
    // An idle connection that the server ends is opened again by the next query.
    this.keyConnection.on('error', () => undefined);
    const vehicles = new SurrogateKeys(this.keyConnection, { add: ADD_VEHICLES, find: FIND_VEHICLES });
    const objectTypes = new SurrogateKeys(this.keyConnection, { add: ADD_OBJECT_TYPES, find: FIND_OBJECT_TYPES });
    this.sinks = {
      objects_detection_events: new DetectionEventSink(vehicles, objectTypes),
      vehicle_status: new StatusReportSink(vehicles),
    };
  }

  /** Takes the rows of one file within its transaction; `stream` may be asked for them twice. */
  load(
    target: RowTarget,
    transaction: Transaction,
    contentId: string,
    stream: (write: WriteRows) => Promise<StreamedFile>,
  ): Promise<{ readonly file: StreamedFile; readonly counts: LoadedCounts }> {
    // A feed's `toRow` gives rows of its own target: `defineFeed` checks it.
    const sink = this.sinks[target] as RowSink<TargetRows[RowTarget]>;
    return sink.load(transaction, contentId, stream);
  }

  /** Takes back the rows that a content gave. */
  unload(target: RowTarget, transaction: Transaction, contentId: string): Promise<UnloadedCounts> {
    return this.sinks[target].unload(transaction, contentId);
  }

  /** Closes the connection for keys. */
  async close(): Promise<void> {
    await this.keyConnection.end();
  }
}

import type { StatusReport } from '@millrace/ingest';
import type { BinaryRows } from '../copy/binary-rows.js';
import { microsecondsSince2000 } from '../copy/binary-time.js';
import type { FeedKeys } from '../keys/key-tables.js';
import { type DictionaryBounds, ReportDictionary } from './report-dictionary.js';
import { type PieceBounds, ReportRows } from './report-rows.js';
import type { EncodedRows, RowEncoder } from '../copy/row-encoder.js';
import { TextNumbers } from './text-numbers.js';

/** What is kept of a file at most, but for the piece in hand. Reports that are sorted together lie nearer to each other in the index. */
type ReportBounds = DictionaryBounds & PieceBounds;

const BOUNDS: ReportBounds = {
  ...{ batchRows: 2 ** 15, batchBytes: 2 ** 22 },
  ...{ vehicles: 2 ** 18, statuses: 2 ** 16, characters: 2 ** 24 },
};

/** Reports of one dictionary that go to PostgreSQL together. */
class Batch {
  /** Whether it is the last of its dictionary. */
  isLast = false;
  /** Settles when the keys of its vehicles are there, once it is closed. */
  keyed: Promise<void> = Promise.resolve();
  isKeyed = false;
  private readonly hours = new Set<number>();

  private constructor(
    private readonly dictionary: ReportDictionary,
    /** The newest report of each vehicle of the dictionary. */
    readonly newest: ReportRows,
    private readonly bounds: ReportBounds,
    readonly rows: ReportRows,
  ) {
    rows.clear(dictionary);
  }

  /** The first of a dictionary. @param newest of a dictionary that was encoded: its memory is used again, as that of rows is */
  static ofDictionary(
    dictionary: ReportDictionary,
    bounds: ReportBounds,
    rows = new ReportRows(dictionary),
    newest = new ReportRows(dictionary),
  ): Batch {
    newest.clear(dictionary);
    return new Batch(dictionary, newest, bounds, rows);
  }

  get isFull(): boolean {
    const { rows, bounds, dictionary } = this;
    return rows.length >= bounds.batchRows || rows.bytes >= bounds.batchBytes || dictionary.isFull;
  }

  add(reports: readonly StatusReport[]): void {
    const { dictionary, rows, hours, newest } = this;
    for (const { vehicleId, reportTime, status } of reports) {
      const time = microsecondsSince2000(reportTime);
      const [vehicleNumber, statusNumber] = [dictionary.numberOfVehicle(vehicleId), dictionary.numberOfStatus(status)];
      hours.add(time.hour);
      rows.add(vehicleNumber, statusNumber, time);
      newest.addNewest(vehicleNumber, statusNumber, time);
    }
    dictionary.askForKeys();
  }

  /** The batch that is next, once this one is closed; undefined where that begins a dictionary. @param rows as above */
  next(rows = new ReportRows(this.dictionary)): Batch | undefined {
    return this.isLast ? undefined : new Batch(this.dictionary, this.newest, this.bounds, rows);
  }

  /** Says that no more come. */
  close(isLast = this.dictionary.isFull): void {
    this.isLast = isLast;
    if (isLast) this.dictionary.close();
    this.keyed = this.dictionary.learned.then(() => void (this.isKeyed = true));
    // It is the error of whoever waits for them.
    this.keyed.catch(() => undefined);
  }

  encode(out: BinaryRows, contentId: number): EncodedRows {
    const [reports] = this.rows.encode(out, contentId);
    return { bytes: new Uint8Array(), rows: 0, ...reports, hours: [...this.hours], isReturnable: true };
  }

  /** With its reports, and behind them, the newest of each vehicle, no more at a time than of reports. */
  *withNewest(reports: EncodedRows, out: BinaryRows, contentId: number): Generator<EncodedRows> {
    let carrier = reports;
    for (const { bytes: latest } of this.newest.encode(out, contentId, this.bounds)) {
      yield { ...carrier, latest };
      carrier = { bytes: new Uint8Array(), rows: 0, hours: [], isReturnable: true };
    }
  }
}

/**
 * A report is one row: vehicle_key, report_time, status, content_id. Reports are gathered, and given sorted by the key of the
 * history, each once; while the new vehicles of some get their keys, the next are read. With the last of a dictionary goes the
 * newest of each vehicle.
 */
export class StatusReportEncoder implements RowEncoder<StatusReport> {
  /** Undefined where the next report begins a dictionary. */
  private batch: Batch | undefined;
  /** Goes before the one in hand. */
  private closed: Batch | undefined;
  /** Of a batch and a dictionary that were encoded. */
  private spare: ReportRows | undefined;
  private spareNewest: ReportRows | undefined;
  private readonly names = { vehicles: new TextNumbers(), statuses: new TextNumbers() };

  /** @param out may be shared: it is used within one turn */
  constructor(
    private readonly keys: Pick<FeedKeys, 'vehicles'>,
    private readonly out: BinaryRows,
    private readonly contentId: number,
    private readonly bounds = BOUNDS,
  ) {}

  async encode(reports: readonly StatusReport[]): Promise<Iterable<EncodedRows>> {
    this.batch ??= this.firstBatch();
    this.batch.add(reports);
    if (!this.batch.isFull) return this.closed?.isKeyed === true ? this.encodeClosed() : [];
    const before = await this.encodeClosed();
    this.closed = this.batch;
    this.closed.close();
    this.batch = this.closed.next(this.takeSpare());
    return before;
  }

  async end(): Promise<Iterable<EncodedRows>> {
    const last = this.batch;
    last?.close(true);
    const before = await this.encodeClosed();
    this.closed = last;
    return inTurn([before, await this.encodeClosed()]);
  }

  private async encodeClosed(): Promise<Iterable<EncodedRows>> {
    const { closed } = this;
    if (!closed) return [];
    await closed.keyed;
    this.closed = undefined;
    const reports = closed.encode(this.out, this.contentId);
    this.spare = closed.rows;
    return closed.isLast ? this.withNewest(closed, reports) : [reports];
  }

  private *withNewest(closed: Batch, reports: EncodedRows): Generator<EncodedRows> {
    yield* closed.withNewest(reports, this.out, this.contentId);
    this.spareNewest = closed.newest;
  }

  private firstBatch(): Batch {
    const dictionary = new ReportDictionary(this.keys.vehicles, this.bounds, this.names);
    const { spareNewest } = this;
    this.spareNewest = undefined;
    return Batch.ofDictionary(dictionary, this.bounds, this.takeSpare(), spareNewest);
  }

  private takeSpare(): ReportRows | undefined {
    const { spare } = this;
    this.spare = undefined;
    return spare;
  }
}

function* inTurn<Value>(all: readonly Iterable<Value>[]): Generator<Value> {
  for (const some of all) yield* some;
}

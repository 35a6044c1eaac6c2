import type { StatusReport } from '@millrace/ingest';
import type { BinaryRows } from './binary-rows.js';
import { microsecondsSince2000 } from './binary-time.js';
import type { FeedKeys } from './key-tables.js';
import { type DictionaryBounds, ReportDictionary } from './report-dictionary.js';
import { ReportRows } from './report-rows.js';
import type { EncodedRows, RowEncoder } from './row-encoder.js';

/** What is kept of a file at most, but for the piece in hand. */
interface ReportBounds extends DictionaryBounds {
  /** Reports that are sorted together: more of them lie nearer to each other in the index. */
  readonly batchRows: number;
}

const BOUNDS: ReportBounds = { batchRows: 2 ** 16, vehicles: 2 ** 18, statuses: 2 ** 16, characters: 2 ** 24 };

/** Reports of one dictionary that go to PostgreSQL together. */
class Batch {
  /** Whether it is the last of its dictionary. */
  isLast = false;
  /** Settles when the keys of its vehicles are there, once it is closed. */
  keyed: Promise<void> = Promise.resolve();
  isKeyed = false;
  private readonly rows: ReportRows;
  private readonly hours = new Set<number>();

  private constructor(
    private readonly dictionary: ReportDictionary,
    /** The newest report of each vehicle of the dictionary. */
    private readonly newest: ReportRows,
    private readonly bounds: ReportBounds,
    rows?: number,
  ) {
    this.rows = new ReportRows(dictionary, rows);
  }

  static ofNewDictionary(vehicles: FeedKeys['vehicles'], bounds: ReportBounds): Batch {
    const dictionary = new ReportDictionary(vehicles, bounds);
    return new Batch(dictionary, new ReportRows(dictionary), bounds);
  }

  get isFull(): boolean {
    return this.rows.length >= this.bounds.batchRows || this.dictionary.isFull;
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

  /** Says that no more come. Gives the batch that is next; undefined at the end. */
  close(isLast = this.dictionary.isFull): Batch | undefined {
    this.isLast = isLast;
    this.keyed = this.dictionary.learned.then(() => void (this.isKeyed = true));
    // It is the error of whoever waits for them.
    this.keyed.catch(() => undefined);
    return isLast ? undefined : new Batch(this.dictionary, this.newest, this.bounds, this.rows.length);
  }

  encode(out: BinaryRows, contentId: number): EncodedRows {
    out.clear();
    const rows = this.rows.encode(out, contentId);
    const encoded = { bytes: out.take(), rows, hours: [...this.hours] };
    if (!this.isLast) return encoded;
    this.newest.encode(out, contentId);
    return { ...encoded, latest: out.take() };
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

  /** @param out may be shared: it is used within one turn */
  constructor(
    private readonly keys: Pick<FeedKeys, 'vehicles'>,
    private readonly out: BinaryRows,
    private readonly contentId: number,
    private readonly bounds = BOUNDS,
  ) {}

  async encode(reports: readonly StatusReport[]): Promise<readonly EncodedRows[]> {
    this.batch ??= Batch.ofNewDictionary(this.keys.vehicles, this.bounds);
    this.batch.add(reports);
    if (!this.batch.isFull) return this.closed?.isKeyed === true ? this.encodeClosed() : [];
    const before = await this.encodeClosed();
    this.closed = this.batch;
    this.batch = this.closed.close();
    return before;
  }

  async end(): Promise<readonly EncodedRows[]> {
    const last = this.batch;
    last?.close(true);
    const before = await this.encodeClosed();
    this.closed = last;
    return [...before, ...(await this.encodeClosed())];
  }

  private async encodeClosed(): Promise<readonly EncodedRows[]> {
    const { closed } = this;
    if (!closed) return [];
    await closed.keyed;
    this.closed = undefined;
    return [closed.encode(this.out, this.contentId)];
  }
}

import type { BinaryRows } from '../copy/binary-rows.js';
import type { Int64 } from '../copy/binary-time.js';
import type { ReportDictionary } from './report-dictionary.js';

/** How many rows go to PostgreSQL together, and how large they may be: one row takes 42 bytes and its status. */
export interface PieceBounds {
  readonly batchRows: number;
  readonly batchBytes: number;
}

const FIRST_ROWS = 256;
/** Of an encoded row, but for its status. */
const ROW_BYTES = 42;
/** Of a row: the numbers of its vehicle and its status, and the halves of its time. */
const FIELDS = 4;
const STATUS = 1;
const HIGH = 2;
const LOW = 3;

/** Reports by the numbers of a dictionary, in 16 bytes each. */
export class ReportRows {
  length = 0;
  /** They take as much when they are encoded, those of one vehicle in the place of older ones left out. */
  bytes = 0;
  private fields = new Int32Array(FIRST_ROWS * FIELDS);
  /** Where they are sorted. */
  private order = new Uint32Array(0);
  private keyed = new Float64Array(0);

  constructor(private dictionary: ReportDictionary) {}

  /** Forgets the reports, and takes those of another dictionary. What they took of memory stands for the next. */
  clear(dictionary: ReportDictionary): void {
    this.length = 0;
    this.bytes = 0;
    this.dictionary = dictionary;
  }

  /** @param time microseconds since 2000 */
  add(vehicle: number, status: number, time: Readonly<Int64>): void {
    if (this.length * FIELDS === this.fields.length) {
      const grown = new Int32Array(this.fields.length * 2);
      grown.set(this.fields);
      this.fields = grown;
    }
    this.length += 1;
    this.bytes += this.bytesOf(status);
    this.put(this.length - 1, vehicle, status, time);
  }

  /** Adds the report of a vehicle in place of its older one. When all come through this, a vehicle's row has its number. */
  addNewest(vehicle: number, status: number, time: Readonly<Int64>): void {
    if (vehicle === this.length) this.add(vehicle, status, time);
    else if (this.isOlder(vehicle, status, time)) this.put(vehicle, vehicle, status, time);
  }

  /**
   * Writes each report once, by the key of its vehicle, then by time and status: COPY goes through the index from its left to
   * its right. Gives them in pieces, each made when it is asked for: in one turn, as the buffer may be shared.
   * @param bounds of a piece. @default all go in one
   */
  *encode(
    out: BinaryRows,
    contentId: number,
    bounds?: PieceBounds,
  ): Generator<{ bytes: Uint8Array; rows: number }, undefined> {
    const { fields } = this;
    const { keys, statuses } = this.dictionary;
    const { batchRows, batchBytes } = bounds ?? { batchRows: Infinity, batchBytes: Infinity };
    out.clear();
    let [written, bytes] = [0, 0];
    let last: number | undefined;
    for (const row of this.inKeyOrder()) {
      if (last !== undefined && this.compare(last, row) === 0) continue;
      if (written >= batchRows || bytes >= batchBytes) {
        yield { bytes: out.take(), rows: written };
        out.clear();
        [written, bytes] = [0, 0];
      }
      last = row;
      const at = row * FIELDS;
      out.row(4);
      out.bigint(keys[fields[at] as number] as number);
      out.halves(fields[at + HIGH] as number, fields[at + LOW] as number);
      out.raw(statuses[fields[at + STATUS] as number] as Buffer);
      out.bigint(contentId);
      written += 1;
      bytes += this.bytesOf(fields[at + STATUS] as number);
    }
    yield { bytes: out.take(), rows: written };
  }

  private bytesOf(status: number): number {
    return ROW_BYTES + (this.dictionary.statuses[status] as Buffer).length;
  }

  private put(row: number, vehicle: number, status: number, { high, low }: Readonly<Int64>): void {
    const { fields } = this;
    const at = row * FIELDS;
    fields[at] = vehicle;
    fields[at + STATUS] = status;
    fields[at + HIGH] = high;
    fields[at + LOW] = low;
  }

  private isOlder(row: number, status: number, { high, low }: Readonly<Int64>): boolean {
    const { fields } = this;
    const at = row * FIELDS;
    const order =
      (fields[at + HIGH] as number) - high ||
      unsigned(fields[at + LOW] as number) - unsigned(low) ||
      this.compareStatuses(fields[at + STATUS] as number, status);
    return order < 0;
  }

  private inKeyOrder(): Uint32Array {
    const order = this.byVehicle();
    for (let from = 0, to = 1; from < order.length; from = to, to += 1) {
      let isInOrder = true;
      for (; to < order.length && this.vehicleOf(order[to]) === this.vehicleOf(order[from]); to += 1) {
        isInOrder &&= this.compare(order[to - 1] as number, order[to] as number) <= 0;
      }
      if (!isInOrder) order.subarray(from, to).sort((one, other) => this.compare(one, other));
    }
    return order;
  }

  /** Rows by the keys of their vehicles, those of one as they came. Sorted as numbers, which takes a quarter of the time. */
  private byVehicle(): Uint32Array {
    const { length, fields } = this;
    const { keys } = this.dictionary;
    const keyOf = (row: number) => keys[fields[row * FIELDS] as number] as number;
    if (this.order.length < length) {
      this.order = new Uint32Array(fields.length / FIELDS);
      this.keyed = new Float64Array(fields.length / FIELDS);
    }
    const order = this.order.subarray(0, length);
    let [least, most] = [Infinity, -Infinity];
    for (let row = 0; row < length; row += 1) {
      const key = keyOf(row);
      if (key < least) least = key;
      if (key > most) most = key;
      order[row] = row;
    }
    const places = 2 ** Math.ceil(Math.log2(length));
    if ((most - least + 1) * places > Number.MAX_SAFE_INTEGER) return order.sort((a, b) => keyOf(a) - keyOf(b));
    const keyed = this.keyed.subarray(0, length);
    for (let row = 0; row < length; row += 1) keyed[row] = (keyOf(row) - least) * places + row;
    keyed.sort();
    for (let at = 0; at < length; at += 1) {
      const value = keyed[at] as number;
      order[at] = value - Math.floor(value / places) * places;
    }
    return order;
  }

  private vehicleOf(row: number | undefined): number {
    return this.fields[(row as number) * FIELDS] as number;
  }

  /** Of rows of one vehicle or more. */
  private compare(one: number, other: number): number {
    const { fields } = this;
    const [at, otherAt] = [one * FIELDS, other * FIELDS];
    return (
      (fields[at] as number) - (fields[otherAt] as number) ||
      (fields[at + HIGH] as number) - (fields[otherAt + HIGH] as number) ||
      unsigned(fields[at + LOW] as number) - unsigned(fields[otherAt + LOW] as number) ||
      this.compareStatuses(fields[at + STATUS] as number, fields[otherAt + STATUS] as number)
    );
  }

  /** As the table's collation "C" does: by their bytes. */
  private compareStatuses(one: number, other: number): number {
    const { statuses } = this.dictionary;
    return one === other ? 0 : Buffer.compare(statuses[one] as Buffer, statuses[other] as Buffer);
  }
}

function unsigned(half: number): number {
  return half >>> 0;
}

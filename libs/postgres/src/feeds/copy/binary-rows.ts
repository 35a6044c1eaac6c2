import { FileRefusedError } from '@millrace/ingest';
import { dayOf, microsecondsSince2000 } from './binary-time.js';

const FIRST_BYTES = 64 * 1024;
/** Rows up to this size are copied out: a small file takes no large buffer with it. */
const COPIED_BYTES = 8 * 1024;
/** Buffers that wait to be used again at most. */
const MOST_SPARE = 2;
const OID_SMALLINT = 21;
const OID_INTEGER = 23;
const HIGH = 2 ** 32;
/** Before the text of a jsonb. */
const JSONB_VERSION = 1;

/** Rows in the making, in the binary format of COPY: every value behind its length. */
export class BinaryRows {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private view = viewOf(this.bytes);
  private length = 0;
  private spare: ArrayBuffer[] = [];

  /** Forgets rows that were not taken: one of them was refused half made. */
  clear(): void {
    this.length = 0;
  }

  /** Begins a row of so many fields. */
  row(fields: number): void {
    this.need(2);
    this.view.setInt16(this.length, fields);
    this.length += 2;
  }

  /** @param value no further from zero than 2 ** 53 */
  bigint(value: number): void {
    this.need(12);
    this.int32(8);
    this.int32(Math.floor(value / HIGH));
    this.int32(value);
  }

  /** A `timestamptz`; gives its hour, counted from 2000. @param text as `parseTimestamp` gives it */
  time(text: string): number {
    const { high, low, hour } = microsecondsSince2000(text);
    this.halves(high, low);
    return hour;
  }

  /** A value of 64 bits by its halves. */
  halves(high: number, low: number): void {
    this.need(12);
    this.int32(8);
    this.int32(high);
    this.int32(low);
  }

  text(text: string): void {
    // A UTF-16 unit takes at most three bytes.
    this.need(4 + text.length * 3);
    const written = this.bytes.write(text, this.length + 4);
    this.int32(written);
    this.length += written;
  }

  null(): void {
    this.need(4);
    this.int32(-1);
  }

  integer(value: number): void {
    this.need(8);
    this.int32(4);
    this.int32(value);
  }

  /** A bigint of all its 64 bits. */
  int64(value: bigint): void {
    this.need(12);
    this.int32(8);
    this.view.setBigInt64(this.length, value);
    this.length += 8;
  }

  double(value: number): void {
    this.need(12);
    this.int32(8);
    this.view.setFloat64(this.length, value);
    this.length += 8;
  }

  boolean(value: boolean): void {
    this.need(5);
    this.int32(1);
    this.view.setInt8(this.length, value ? 1 : 0);
    this.length += 1;
  }

  /** @param text of a day that there is: `2022-06-05` */
  date(text: string): void {
    this.integer(dayOf(text));
  }

  /** @param json as JSON.stringify gives it */
  jsonb(json: string): void {
    this.need(5 + json.length * 3);
    const written = this.bytes.write(json, this.length + 5);
    this.int32(written + 1);
    this.view.setInt8(this.length, JSONB_VERSION);
    this.length += written + 1;
  }

  /** @param bytes of one fixed-width value, as the server sends it */
  raw(bytes: Buffer): void {
    this.need(4 + bytes.length);
    this.int32(bytes.length);
    bytes.copy(this.bytes, this.length);
    this.length += bytes.length;
  }

  smallints(values: readonly number[]): void {
    this.arrayOf(OID_SMALLINT, 2, values.length);
    for (const value of values) {
      this.int32(2);
      this.view.setInt16(this.length, value);
      this.length += 2;
    }
  }

  /** @throws FileRefusedError when one is no integer of 32 bits: PostgreSQL cannot tell any more */
  integers(values: readonly number[]): void {
    this.arrayOf(OID_INTEGER, 4, values.length);
    for (const value of values) {
      if (value !== (value | 0)) throw noInteger(value);
      this.int32(4);
      this.int32(value);
    }
  }

  /** The rows so far, in memory of their own; they are forgotten here. */
  take(): Buffer {
    const rows = this.bytes.subarray(0, this.length);
    if (this.length <= COPIED_BYTES) {
      this.length = 0;
      // Of Node's shared memory, where it puts what is small, nothing can be moved to another thread.
      const copied = Buffer.allocUnsafeSlow(rows.length);
      rows.copy(copied);
      return copied;
    }
    this.bytes = this.roomFor(this.length);
    this.view = viewOf(this.bytes);
    this.length = 0;
    return rows;
  }

  /** Gives back the memory of rows that were taken, and that nobody reads any more: V8 frees it late, and that of another thread later. */
  reuse(memory: ArrayBuffer): void {
    if (this.spare.length < MOST_SPARE && memory.byteLength >= FIRST_BYTES) this.spare.push(memory);
  }

  private roomFor(bytes: number): Buffer<ArrayBuffer> {
    const spare = this.spare.pop();
    if (spare !== undefined && spare.byteLength >= bytes) return Buffer.from(spare);
    return Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, bytes + (bytes >> 3)));
  }

  /** Of one dimension that begins at 1, without nulls; an empty one has none. */
  private arrayOf(oid: number, elementBytes: number, elements: number): void {
    const head = elements === 0 ? 12 : 20;
    const body = elements * (4 + elementBytes);
    this.need(4 + head + body);
    this.int32(head + body);
    this.int32(elements === 0 ? 0 : 1);
    this.int32(0);
    this.int32(oid);
    if (elements === 0) return;
    this.int32(elements);
    this.int32(1);
  }

  private int32(value: number): void {
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  private need(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + bytes));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}

function noInteger(value: number): FileRefusedError {
  const message = `The feed gives ${String(value)} where an integer of 32 bits is due.`;
  return new FileRefusedError('MR_ROWS_REFUSED', message);
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

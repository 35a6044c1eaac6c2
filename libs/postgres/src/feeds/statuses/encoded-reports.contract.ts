import type { StatusReport } from '@millrace/ingest';
import { expect } from 'vitest';
import { microsecondsSince2000 } from '../copy/binary-time.js';

/** A report as its row says it. */
export interface Row {
  readonly key: number;
  /** Microseconds since 2000. */
  readonly time: bigint;
  readonly status: string;
}

/** Rows of one content as COPY takes them. */
export function rowsIn(bytes: Uint8Array = new Uint8Array(), contentId: number): Row[] {
  const buffer = Buffer.from(bytes);
  const rows: Row[] = [];
  for (let at = 0; at < buffer.length;) {
    expect([buffer.readInt16BE(at), buffer.readInt32BE(at + 2), buffer.readInt32BE(at + 14)]).toEqual([4, 8, 8]);
    const length = buffer.readInt32BE(at + 26);
    const end = at + 30 + length;
    rows.push({
      key: Number(buffer.readBigInt64BE(at + 6)),
      time: buffer.readBigInt64BE(at + 18),
      status: buffer.toString('utf8', at + 30, end),
    });
    expect([buffer.readInt32BE(end), buffer.readBigInt64BE(end + 4)]).toEqual([8, BigInt(contentId)]);
    at = end + 12;
  }
  return rows;
}

/** As the table orders them. */
export function compare(one: Row, other: Row): number {
  if (one.key !== other.key) return one.key - other.key;
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  return Buffer.compare(Buffer.from(one.status), Buffer.from(other.status));
}

/** Keys lie near to each other, or so far apart that they are no longer sorted as numbers. */
export const keyOf = (vehicle: string, spread: number) => (vehicle.codePointAt(0) as number) * spread;

export function rowOf({ vehicleId, reportTime, status }: StatusReport, spread: number): Row {
  const { high, low } = microsecondsSince2000(reportTime);
  return { key: keyOf(vehicleId, spread), time: (BigInt(high) << 32n) + BigInt(low >>> 0), status };
}

export function distinct(rows: readonly Row[]): readonly Row[] {
  const sorted = [...rows].sort(compare);
  return sorted.filter((row, at) => at === 0 || compare(sorted[at - 1] as Row, row) !== 0);
}

/** The newest of each vehicle, by key. */
export function newest(rows: readonly Row[]): readonly Row[] {
  const sorted = [...rows].sort(compare);
  return sorted.filter((row, at) => sorted[at + 1]?.key !== row.key);
}

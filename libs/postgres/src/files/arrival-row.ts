import type { FileReason, FileState } from '@millrace/contracts';
import type { Arrival, OpenArrival } from '@millrace/ingest';

/** The counts of the content that a file brought or repeated; null where it has none. */
export interface CountColumns {
  readonly records: number | null;
  readonly loaded: number | null;
  readonly unchanged: number | null;
  readonly conflicting: number | null;
  readonly expired: number | null;
  readonly rejected: number | null;
  readonly naive: number | null;
  readonly extra: number | null;
  readonly rows: number | null;
}

/** A row of `FIND_ARRIVALS`; the CHECKs of the table say which fields a state has. */
export interface ArrivalRow extends CountColumns {
  readonly id: string;
  readonly feed: string;
  readonly name: string;
  readonly inode: string;
  readonly state: FileState;
  readonly reason: FileReason | null;
  readonly broughtBy: string | null;
  readonly predecessorId: string | null;
  readonly predecessorSize: number | null;
  readonly predecessorSha256: Buffer | null;
}

export function toArrival(row: ArrivalRow): Arrival {
  const { id, feed, name, state } = row;
  const file = { id, feed, name, inode: BigInt(row.inode) };
  switch (state) {
    case 'arrived':
      return { ...file, state, ...predecessorOf(row) };
    case 'loaded':
      return { ...file, state, counts: countsOf(row) };
    case 'duplicate':
      return { ...file, state, counts: countsOf(row), duplicateOf: row.broughtBy ?? '' };
    case 'unloaded':
    case 'superseded':
      return { ...file, state, counts: countsOf(row) };
    case 'quarantined':
    case 'failed':
    case 'vanished':
      return { ...file, state, reason: row.reason as FileReason };
  }
}

function predecessorOf(row: ArrivalRow): Pick<OpenArrival, 'predecessor'> {
  const { predecessorId: id, predecessorSize: size, predecessorSha256: sha256 } = row;
  return id === null || size === null || sha256 === null ? {} : { predecessor: { id, size, sha256 } };
}

/** Zero where there is no content. */
export function countsOf(row: CountColumns) {
  return {
    records: row.records ?? 0,
    loaded: row.loaded ?? 0,
    unchanged: row.unchanged ?? 0,
    conflicting: row.conflicting ?? 0,
    expired: row.expired ?? 0,
    rejected: row.rejected ?? 0,
    naive: row.naive ?? 0,
    extra: row.extra ?? 0,
    rows: row.rows ?? 0,
  };
}

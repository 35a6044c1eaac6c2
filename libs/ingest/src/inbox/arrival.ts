import type { BigIntStats } from 'node:fs';
import type { FileCounts, FileReason, FoundBy } from '@millrace/contracts';

/** What tells one appearance of a path from another (protocol F1). */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint;
}

/** The last that the ledger's 64 bits hold, in the year 2262; file systems know later ones. */
const LAST_MTIME_NS = 2n ** 63n - 1n;

/** What the system says of a file, as the ledger keeps it. */
export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino, size, mtimeNs: mtimeNs < LAST_MTIME_NS ? mtimeNs : LAST_MTIME_NS };
}

/** A file in the inbox that is about to be registered. */
export interface FoundFile {
  /** UUIDv7 of the arrival to be. */
  readonly id: string;
  readonly feed: string;
  /** Relative to the inbox. */
  readonly name: string;
  readonly identity: FileIdentity;
  readonly foundBy: FoundBy;
}

interface RegisteredFile {
  readonly id: string;
  readonly feed: string;
  readonly name: string;
  readonly inode: bigint;
}

/** A loaded file of the same path: what comes after it may go on where it ended. */
export interface Predecessor {
  readonly id: string;
  /** Bytes of its document. */
  readonly size: number;
  readonly sha256: Buffer;
}

/** An arrival that is not loaded yet. */
export type OpenArrival = RegisteredFile & { readonly state: 'arrived'; readonly predecessor?: Predecessor };

/** An arrival that its run has ended. */
export type EndedArrival =
  | (RegisteredFile & { readonly state: 'loaded'; readonly counts: FileCounts })
  | (RegisteredFile & { readonly state: 'duplicate'; readonly counts: FileCounts; readonly duplicateOf: string })
  | (RegisteredFile & { readonly state: 'unloaded' | 'superseded'; readonly counts: FileCounts })
  | (RegisteredFile & { readonly state: 'quarantined' | 'failed'; readonly reason: FileReason })
  | (RegisteredFile & { readonly state: 'vanished'; readonly reason: FileReason });

/** One appearance of a file, by how far it is. */
export type Arrival = OpenArrival | EndedArrival;

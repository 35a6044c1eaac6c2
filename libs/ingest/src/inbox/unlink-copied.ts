import { type BigIntStats, linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { hasCode } from './system-error.js';

/** A file that was copied; both ends are open, so that no other file has their inodes. */
export interface CopiedFile {
  readonly source: string;
  /** What was read at the source. */
  readonly read: BigIntStats;
  readonly target: string;
  /** What was written to the target. */
  readonly written: BigIntStats;
  /** A name of this move alone, on the source's device. */
  readonly aside: string;
}

/**
 * Removes the source of a copy, while it is what was read and the target is what was written. A mover that stood still may find
 * that the file was moved on, and back, meanwhile: what lies at the source then is the only one there is. Renamed to a name of
 * its own it is looked at once more: nobody moves it between that look and its end.
 */
export function unlinkCopied({ source, read, target, written, aside }: CopiedFile): void {
  const isCopied = (path: string) => isSame(path, read) && isSame(target, written);
  if (!isCopied(source)) return;
  try {
    renameSync(source, aside);
  } catch (error) {
    // Another mover was first.
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (!isCopied(aside)) putBack(aside, source);
  unlinkSync(aside);
}

function putBack(aside: string, source: string): void {
  try {
    linkSync(aside, source);
  } catch (error) {
    // The same bytes are there again.
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function isSame(path: string, { dev, ino }: BigIntStats): boolean {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.dev === dev && stats.ino === ino;
}

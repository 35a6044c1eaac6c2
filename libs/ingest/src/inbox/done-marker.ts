import { type BigIntStats, lstatSync, unlinkSync } from 'node:fs';
import type { FileIdentity } from './arrival.js';
import { hasCode } from './system-error.js';

/** Behind the name of the file that it speaks of. */
const DONE = '.done';

/**
 * Whether a marker beside the file, `NAME.done` beside `NAME`, says that it is complete. One that is older than the file speaks of
 * what was there before.
 */
export function isMarkedDone(path: string, { mtimeNs }: Pick<FileIdentity, 'mtimeNs'>): boolean {
  const marker = lookAtMarker(path);
  return marker !== undefined && marker.mtimeNs >= mtimeNs;
}

/** Removes the marker of a file that was taken, if there is one. */
export function removeDoneMarker(path: string): void {
  if (lookAtMarker(path) === undefined) return;
  try {
    unlinkSync(path + DONE);
  } catch (error) {
    // Another execution of the same run was first.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** A file whose name is as long as names can be has none. */
function lookAtMarker(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path + DONE, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (hasCode(error, 'ENAMETOOLONG')) return undefined;
    throw error;
  }
}

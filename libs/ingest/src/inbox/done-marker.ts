import { lstatSync, unlinkSync } from 'node:fs';
import type { FileIdentity } from './arrival.js';
import { hasCode } from './system-error.js';

/** Behind the name of the file that it speaks of. */
const DONE = '.done';

/**
 * Whether a marker beside the file, `NAME.done` beside `NAME`, says that it is complete. One that is older than the file speaks of
 * what was there before.
 */
export function isMarkedDone(path: string, { mtimeNs }: Pick<FileIdentity, 'mtimeNs'>): boolean {
  const marker = lstatSync(path + DONE, { bigint: true, throwIfNoEntry: false });
  return marker !== undefined && marker.mtimeNs >= mtimeNs;
}

/** Removes the marker of a file that was taken, if there is one. */
export function removeDoneMarker(path: string): void {
  if (lstatSync(path + DONE, { throwIfNoEntry: false }) === undefined) return;
  try {
    unlinkSync(path + DONE);
  } catch (error) {
    // Another execution of the same run was first.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

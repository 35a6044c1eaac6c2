import { renameSync } from 'node:fs';
import { link, unlink } from 'node:fs/promises';
import { hasCode } from './system-error.js';

/** Renames a file, unless somebody else has done so: another execution of the same run, say. */
export function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/**
 * Puts a file back to where it was found; link, because rename would replace another that has the name by now.
 * @throws the system's error: EEXIST when there is such a one
 */
export async function giveBack(claimed: string, original: string): Promise<void> {
  await link(claimed, original);
  await unlink(claimed);
}

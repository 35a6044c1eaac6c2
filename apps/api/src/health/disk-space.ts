import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';

/** Below this a few arriving files fill the disk. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

/** Bytes free where a folder lies. @throws when the folder cannot be written or hardly anything is free */
export async function requireDiskSpace(folder: string, leastFree = LEAST_FREE_BYTES): Promise<{ freeBytes: number }> {
  await access(folder, constants.W_OK);
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < leastFree) throw new Error(`${freeBytes} bytes are free in ${folder}; ${leastFree} are needed`);
  return { freeBytes };
}

import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { identityOf, type FileIdentity } from './arrival.js';
import { bytesUpTo } from './bytes-up-to.js';
import { syncFolder } from './sync-folder.js';

/**
 * Writes bytes as they come to a new file; resolves once all of them, and its name, are on disk. What ends early leaves
 * nothing.
 * @param maxBytes counted while they come
 * @throws FileTooLargeError, what the source throws, the system's error
 */
export async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<FileIdentity> {
  try {
    const identity = await writeAll(path, bytes, maxBytes);
    await syncFolder(dirname(path));
    return identity;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function writeAll(path: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<FileIdentity> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of bytesUpTo(maxBytes, bytes)) await file.writeFile(chunk);
    await file.sync();
    return identityOf(await file.stat({ bigint: true }));
  } finally {
    await file.close();
  }
}

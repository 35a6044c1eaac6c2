import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream, mkdirSync, renameSync } from 'node:fs';
import { access, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OtherFileThereError } from './inbox.errors.js';
import { syncFolder } from './sync-folder.js';
import { hasCode } from './system-error.js';

/**
 * Moves a file, also to another device, and makes the folder that it goes to. Safe to repeat: a crash leaves the source, and a
 * repeat of what was done is done. Bytes are on disk at the target before the source goes.
 * @throws OtherFileThereError when the target on another device holds other bytes
 * @throws the system's error; ENOENT when neither source nor target is there
 */
export async function moveFile(source: string, target: string): Promise<void> {
  if (await tryToMove(source, target)) return;
  // The folder is made when it is missed: it is there for nearly every file, and asking takes longer than the rename.
  mkdirSync(dirname(target), { recursive: true });
  if (await tryToMove(source, target)) return;
  // Moved already, perhaps by another process a moment ago.
  await access(target);
}

/** False when the source or the folder of the target is not there. */
async function tryToMove(source: string, target: string): Promise<boolean> {
  try {
    await renameOrCopy(source, target);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function renameOrCopy(source: string, target: string): Promise<void> {
  try {
    // At once: small files come by the thousand, and a call that is sent to another thread takes several times as long.
    renameSync(source, target);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    await copyThenUnlink(source, target);
  }
}

async function copyThenUnlink(source: string, target: string): Promise<void> {
  // A file that went to another device left its inode, and the next one of its name may have been taken for it.
  if ((await isThere(target)) && !(await haveSameBytes(source, target))) throw new OtherFileThereError(source, target);
  // Of this move alone: a watcher and a loader may move one file at once, and each must sync what it renames. The name of the
  // target may be as long as names can be.
  const partial = join(dirname(target), `.${randomUUID()}.part`);
  const from = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await copyDurably(from, partial);
    await rename(partial, target);
  } catch (error) {
    // A full disk is not filled further by each try.
    await rm(partial, { force: true });
    throw error;
  } finally {
    // Closed already when the copy came to its end.
    await from.close();
  }
  await syncFolder(dirname(target));
  await rm(source, { force: true });
}

async function copyDurably(from: FileHandle, target: string): Promise<void> {
  const to = await open(target, 'w');
  try {
    for await (const chunk of from.createReadStream() as AsyncIterable<Buffer>) await to.writeFile(chunk);
    await to.sync();
  } finally {
    await to.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function haveSameBytes(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map(digestOf));
  return first === second;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

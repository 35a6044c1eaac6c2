import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync } from 'node:fs';
import { access, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { OtherFileThereError } from './inbox.errors.js';
import { newAside, newPartial, removeAbandoned } from './partial-copies.js';
import { READ_FLAGS } from './read-flags.js';
import { syncFolder } from './sync-folder.js';
import { hasCode } from './system-error.js';
import { unlinkCopied } from './unlink-copied.js';

/** A file by its place. */
export interface PlacedFile {
  /** Absolute; holds the partial copies of what is moved into it. */
  readonly folder: string;
  /** Relative to it. */
  readonly name: string;
}

/** As they are: to make paths normal, as `join` does, took a twentieth of the memory that loading small files takes. */
export const pathOf = ({ folder, name }: PlacedFile): string => folder + sep + name;

/**
 * Moves a file, also to another device, and makes the folder that it goes to. Safe to repeat: a crash leaves the source, and a
 * repeat of what was done is done. Bytes are on disk at the target before the source goes.
 * @throws OtherFileThereError when the target on another device holds other bytes
 * @throws the system's error; ENOENT when neither source nor target is there
 */
export async function moveFile(from: PlacedFile, to: PlacedFile): Promise<void> {
  if (await tryToMove(from, to)) return;
  // The folder is made when it is missed: it is there for nearly every file, and asking takes longer than the rename.
  mkdirSync(dirname(pathOf(to)), { recursive: true });
  if (await tryToMove(from, to)) return;
  // Moved already, perhaps by another process a moment ago.
  await access(pathOf(to));
}

/** False when the source or the folder of the target is not there. */
async function tryToMove(from: PlacedFile, to: PlacedFile): Promise<boolean> {
  try {
    await renameOrCopy(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function renameOrCopy(from: PlacedFile, to: PlacedFile): Promise<void> {
  try {
    // At once: small files come by the thousand, and a call that is sent to another thread takes several times as long.
    renameSync(pathOf(from), pathOf(to));
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    await copyThenUnlink(from, to);
  }
}

async function copyThenUnlink(from: PlacedFile, to: PlacedFile): Promise<void> {
  const [source, target] = [pathOf(from), pathOf(to)];
  // A file that went to another device left its inode, and the next one of its name may have been taken for it.
  if ((await isThere(target)) && !(await haveSameBytes(source, target))) throw new OtherFileThereError(source, target);
  await removeAbandoned(to.folder);
  const reader = await open(source, READ_FLAGS);
  try {
    // Before the copy, which would be made in vain.
    mkdirSync(dirname(target), { recursive: true });
    const partial = newPartial(to.folder);
    const writer = await open(partial, 'wx');
    try {
      await copyDurably(reader, writer);
      await rename(partial, target);
      await syncFolder(dirname(target));
      const [read, written] = [await reader.stat({ bigint: true }), await writer.stat({ bigint: true })];
      unlinkCopied({ source, read, target, written, aside: newAside(from.folder) });
    } catch (error) {
      // A full disk is not filled further by each try.
      await rm(partial, { force: true });
      throw error;
    } finally {
      await writer.close();
    }
  } finally {
    await reader.close();
  }
}

async function copyDurably(reader: FileHandle, writer: FileHandle): Promise<void> {
  const chunks = reader.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) await writer.writeFile(chunk);
  await writer.sync();
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

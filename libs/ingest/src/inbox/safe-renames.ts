import { renameSync } from 'node:fs';
import { link, lstat, rename, unlink } from 'node:fs/promises';
import { OtherFileSystemError } from './inbox.errors.js';
import { hasCode } from './system-error.js';

/** What a system says that knows no links (FAT, many shares), or of a file that has as many as it may. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'] as const;

/** Renames a file, unless somebody else has done so: another execution of the same run, say. */
export function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** A file of an inbox that is claimed: its paths before and after. */
interface Taken {
  /** As the ledger has it. */
  readonly name: string;
  readonly inbox: string;
  readonly original: string;
  readonly claimed: string;
}

/**
 * Takes a file out of its inbox, unless that was done.
 * @throws OtherFileSystemError when it lies on another one than the claimed files
 */
export function takeOut({ name, inbox, original, claimed }: Taken): void {
  try {
    renameIfThere(original, claimed);
  } catch (error) {
    throw hasCode(error, 'EXDEV') ? new OtherFileSystemError(name, inbox, error) : error;
  }
}

/**
 * Puts a file back to where it was found; link, because rename would replace another that has the name by now. Where a file system
 * has no links, a look takes their place.
 * @throws the system's error: EEXIST when there is such a one
 */
export async function giveBack(claimed: string, original: string): Promise<void> {
  try {
    await link(claimed, original);
  } catch (error) {
    if (hasCode(error, ...NO_LINKS) && !(await isThere(original))) return rename(claimed, original);
    // Killed half way, it has both names.
    if (!hasCode(error, 'EEXIST') || !(await isSameFile(claimed, original))) throw error;
  }
  await unlink(claimed);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => lstat(path, { bigint: true })));
  return first?.dev === second?.dev && first?.ino === second?.ino;
}

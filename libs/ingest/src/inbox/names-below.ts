import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isTakeable } from '../feeds/file-name-pattern.js';
import { hasCode } from './system-error.js';

/**
 * The names in a folder that may be taken, relative to it; with `deep`, also those in its sub-folders, in place of
 * theirs. A link is no folder: nothing outside is looked at. A sub-folder that cannot be looked into stands for itself.
 */
export async function namesBelow(folder: string, deep: boolean): Promise<string[]> {
  if (!deep) return (await readdir(folder)).filter(isTakeable);
  const names: string[] = [];
  const folders = [''];
  for (let within = folders.pop(); within !== undefined; within = folders.pop()) {
    const entries = await entriesOf(join(folder, within), within === '');
    if (entries === undefined) names.push(within);
    for (const entry of entries ?? []) {
      if (!isTakeable(entry.name)) continue;
      (entry.isDirectory() ? folders : names).push(join(within, entry.name));
    }
  }
  return names;
}

/** Undefined: a sub-folder that went between the two looks, is closed to us, or cannot be named; the others are looked at all the same. */
async function entriesOf(folder: string, isTop: boolean) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (!isTop && hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}

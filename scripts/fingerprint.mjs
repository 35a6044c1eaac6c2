import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One text for these files and all files of these folders, but for folders of some names: another one after any change. */
export function fingerprint(paths, without = []) {
  const hash = createHash('sha256');
  for (const path of paths) add(hash, path, new Set(without));
  return hash.digest('hex');
}

function add(hash, path, without) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    hash.update(`${path}\0${found?.size}\0${found?.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!without.has(name)) add(hash, join(path, name), without);
  }
}

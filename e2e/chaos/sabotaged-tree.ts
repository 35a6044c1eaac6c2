import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Patch } from './sabotages.js';

/** The text with every occurrence replaced. @throws Error when the file no longer holds what is to be broken */
export function applyPatch(text: string, { file, find, put }: Patch): string {
  if (text.includes(find)) return text.replaceAll(find, () => put);
  throw new Error(`${file} no longer holds ${JSON.stringify(find)}: mend the sabotage in e2e/chaos/sabotages.ts`);
}

/** Copies the built system and breaks the copy; the checkout stays as it is. Gives the copy's folder. */
export async function copySabotaged(checkout: string, patches: readonly Patch[]): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'millrace-sabotaged-'));
  try {
    await mkdir(join(tree, 'node_modules/@millrace'), { recursive: true });
    for (const top of ['libs', 'apps']) {
      for (const room of await readdir(join(checkout, top))) await copyRoom(checkout, tree, join(top, room));
    }
    await cp(join(checkout, 'package.json'), join(tree, 'package.json'));
    for (const name of await readdir(join(checkout, 'node_modules'))) {
      if (name === '@millrace') continue;
      await symlink(join(checkout, 'node_modules', name), join(tree, 'node_modules', name));
    }
    for (const patch of patches) {
      const path = join(tree, patch.file);
      await writeFile(path, applyPatch(await readFile(path, 'utf8'), patch));
    }
  } catch (error) {
    await rm(tree, { recursive: true, force: true });
    throw error;
  }
  return tree;
}

async function copyRoom(checkout: string, tree: string, room: string): Promise<void> {
  const from = join(checkout, room);
  await mkdir(join(tree, room), { recursive: true });
  await cp(join(from, 'package.json'), join(tree, room, 'package.json'));
  // Files that a room reads beside what was built, and packages that only it has.
  for (const part of await readdir(from)) {
    if (part === 'dist') await cp(join(from, part), join(tree, room, part), { recursive: true });
    else if (part !== 'package.json' && part !== 'src') await symlink(join(from, part), join(tree, room, part));
  }
  const name = room.split('/')[1] ?? room;
  await symlink(join(tree, room), join(tree, 'node_modules/@millrace', name));
}

import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalogue } from './load-catalogue.js';
import { TaskRegistry } from './task-registry.js';

describe('loadCatalogue', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-catalogue-')));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('finds what the modules of a folder and its subfolders export', async () => {
    await mkdir(join(folder, 'reports', 'node_modules'), { recursive: true });
    await writeFile(join(folder, 'a.mjs'), 'export const one = 1; export const two = 2;');
    await writeFile(join(folder, 'reports', 'b.mjs'), 'export const three = 3;');
    await writeFile(join(folder, 'reports', 'node_modules', 'c.mjs'), 'throw new Error("not for us");');
    await writeFile(join(folder, 'a.spec.mjs'), 'throw new Error("not for us");');
    await writeFile(join(folder, 'notes.md'), 'not code');
    const exports = await loadCatalogue(folder);
    expect(exports.map(({ value, origin }) => [value, origin.slice(folder.length + 1)])).toEqual([
      [1, 'a.mjs'],
      [2, 'a.mjs'],
      [3, 'reports/b.mjs'],
    ]);
  });

  it('says which file cannot be loaded, and why', async () => {
    await writeFile(join(folder, 'broken.mjs'), 'throw new Error("missing setting");');
    await expect(loadCatalogue(folder)).rejects.toMatchObject({
      code: 'MR_TASKS_UNLOADABLE',
      message: `The tasks in ${join(folder, 'broken.mjs')} cannot be loaded: missing setting. Mend the file, or move it out of TASKS.`,
    });
  });

  it('says which folder is missing', async () => {
    await expect(loadCatalogue(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'MR_TASKS_MISSING' });
  });

  it('refuses two tasks of one id, naming both files', async () => {
    const task = (origin: string) => ({ origin, value: { id: 'same', [Symbol.for('millrace.task')]: true } });
    expect(() => TaskRegistry.from([task('a.ts'), task('b.ts')])).toThrow(
      'Two tasks have the id "same": one in a.ts, one in b.ts. Rename one of them.',
    );
  });
});

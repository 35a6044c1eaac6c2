import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { giveBack } from './safe-renames.js';

/** As Linux answers for the file of another user (`fs.protected_hardlinks`), and file systems without links do. */
vi.mock(import('node:fs/promises'), async (original) => ({
  ...(await original()),
  link: () => Promise.reject(Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })),
}));

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-safe-renames-'));
  await writeFile(at('claimed'), 'bytes');
  return () => rm(folder, { recursive: true });
});

describe('a file that may not be linked', () => {
  it('is given back all the same', async () => {
    await giveBack(at('claimed'), at('original'));
    expect(await readFile(at('original'), 'utf8')).toBe('bytes');
    expect(await readdir(folder)).toEqual(['original']);
  });

  it('replaces no other that has its name by now', async () => {
    await writeFile(at('original'), 'other');
    await expect(giveBack(at('claimed'), at('original'))).rejects.toMatchObject({ code: 'EPERM' });
    expect(await readFile(at('original'), 'utf8')).toBe('other');
    expect(await readFile(at('claimed'), 'utf8')).toBe('bytes');
  });
});

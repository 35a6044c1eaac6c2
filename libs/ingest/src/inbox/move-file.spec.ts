import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { moveFile, type PlacedFile } from './move-file.js';
import { newPartial } from './partial-copies.js';
import type { syncFolder } from './sync-folder.js';

/** What happens while a move stands still, its copy being at the target and its source still there. */
let meanwhile: (() => Promise<void>) | undefined;

vi.mock(import('./sync-folder.js'), async (original) => {
  const { syncFolder: sync } = await original();
  const stalling: typeof syncFolder = async (path) => {
    const others = meanwhile;
    meanwhile = undefined;
    await others?.();
    await sync(path);
  };
  return { syncFolder: stalling };
});

/** By how much the clock of the files is ahead of what it is. */
let aheadMs = 0;
vi.mock(import('./file-clock.js'), async (original) => {
  const clock = await original();
  return { ...clock, fileClockMs: async (folder) => (await clock.fileClockMs(folder)) + aheadMs };
});

const OTHER_DEVICE = '/dev/shm';
const deviceOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev;
const hasOtherDevice = ![undefined, deviceOf(tmpdir())].includes(deviceOf(OTHER_DEVICE));

const targets = [
  { where: 'on one device', targetDevice: tmpdir() },
  ...(hasOtherDevice ? [{ where: 'to another device', targetDevice: OTHER_DEVICE }] : []),
];

describe.each(targets)('moveFile $where', ({ targetDevice }) => {
  let from: PlacedFile;
  let source: string;
  let folder: string;
  const to = (name = 'file'): PlacedFile => ({ folder, name });

  beforeEach(async () => {
    from = { folder: await mkdtemp(join(tmpdir(), 'millrace-move-from-')), name: 'file' };
    folder = await mkdtemp(join(targetDevice, 'millrace-move-to-'));
    source = join(from.folder, from.name);
    return () => Promise.all([from.folder, folder].map((path) => rm(path, { recursive: true })));
  });

  it('moves the bytes and leaves nothing else', async () => {
    const bytes = 'bytes'.repeat(100_000);
    await writeFile(source, bytes);
    await moveFile(from, to('deep/file'));
    await moveFile(from, to('deep/file'));
    expect(await readFile(join(folder, 'deep', 'file'), 'utf8')).toBe(bytes);
    expect(await filesIn(folder)).toEqual(['deep/file']);
    expect(await filesIn(from.folder)).toEqual([]);
  });

  it('can be done by two at once', async () => {
    await writeFile(source, 'bytes');
    await Promise.all([moveFile(from, to()), moveFile(from, to())]);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('bytes');
    expect(await filesIn(folder)).toEqual(['file']);
    expect(await filesIn(from.folder)).toEqual([]);
  });

  it('gives a file the longest name there is', async () => {
    await writeFile(source, 'bytes');
    await moveFile(from, to('n'.repeat(255)));
    expect(await readFile(join(folder, 'n'.repeat(255)), 'utf8')).toBe('bytes');
  });

  it('never follows a link', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), source);
    await moveFile(from, to()).catch(() => undefined);
    const copied = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    expect(copied.map(({ name }) => name)).toEqual(['secret']);
  });
});

describe.runIf(hasOtherDevice)('a move to another device', () => {
  let claimed: PlacedFile;
  let archived: PlacedFile;

  beforeEach(async () => {
    claimed = { folder: await mkdtemp(join(tmpdir(), 'millrace-move-from-')), name: 'file' };
    archived = { folder: await mkdtemp(join(OTHER_DEVICE, 'millrace-move-to-')), name: 'day/file' };
    [meanwhile, aheadMs] = [undefined, 0];
    return () => Promise.all([claimed, archived].map(({ folder }) => rm(folder, { recursive: true })));
  });

  const drop = () => writeFile(join(claimed.folder, claimed.name), 'bytes');
  const archivedBytes = () => readFile(join(archived.folder, archived.name), 'utf8');
  const claimedBytes = () => readFile(join(claimed.folder, claimed.name), 'utf8');

  it('that breaks off leaves nothing there', async () => {
    // A folder opens as a file does, and breaks off at the first read.
    await expect(moveFile({ ...claimed, name: '' }, archived)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await filesIn(archived.folder)).toEqual([]);
  });

  it('that stood still leaves the file that was taken back meanwhile, which is the only one', async () => {
    await drop();
    meanwhile = () => moveFile(archived, claimed);
    await moveFile(claimed, archived).catch(() => undefined);
    expect(await claimedBytes()).toBe('bytes');
    expect([...(await filesIn(claimed.folder)), ...(await filesIn(archived.folder))]).toEqual(['file']);
  });

  it('that stood still while it took back leaves the file that was put away again meanwhile', async () => {
    await drop();
    await moveFile(claimed, archived);
    meanwhile = () => moveFile(claimed, archived);
    await moveFile(archived, claimed).catch(() => undefined);
    expect(await archivedBytes()).toBe('bytes');
    expect(await filesIn(claimed.folder)).toEqual([]);
  });

  it('that stood still keeps its source when what it wrote is gone', async () => {
    await drop();
    meanwhile = () => rm(join(archived.folder, archived.name));
    await moveFile(claimed, archived).catch(() => undefined);
    expect(await claimedBytes()).toBe('bytes');
  });

  it('that another one has done meanwhile is done', async () => {
    await drop();
    meanwhile = () => moveFile(claimed, archived);
    await moveFile(claimed, archived);
    expect(await archivedBytes()).toBe('bytes');
    expect(await filesIn(claimed.folder)).toEqual([]);
  });

  it('removes a copy that a killed process left on the way there, and none that is being written', async () => {
    await drop();
    const [left, fresh] = [newPartial(archived.folder), newPartial(archived.folder)];
    await writeFile(left, 'byt');
    aheadMs = 11 * 60_000;
    await moveFile(claimed, archived);
    await writeFile(fresh, 'byt');
    aheadMs = 0;
    await drop();
    await moveFile(claimed, archived);
    expect(await filesIn(archived.folder)).toEqual([relative(archived.folder, fresh), archived.name]);
  });
});

/** All files below a folder, relative to it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

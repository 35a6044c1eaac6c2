import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { moveFile } from './move-file.js';

const OTHER_DEVICE = '/dev/shm';
const deviceOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev;
const hasOtherDevice = ![undefined, deviceOf(tmpdir())].includes(deviceOf(OTHER_DEVICE));

const targets = [
  { where: 'on one device', targetDevice: tmpdir() },
  ...(hasOtherDevice ? [{ where: 'to another device', targetDevice: OTHER_DEVICE }] : []),
];

describe.each(targets)('moveFile $where', ({ targetDevice }) => {
  let source: string;
  let folder: string;

  beforeEach(async () => {
    const from = await mkdtemp(join(tmpdir(), 'millrace-move-from-'));
    folder = await mkdtemp(join(targetDevice, 'millrace-move-to-'));
    source = join(from, 'file');
    return () => Promise.all([from, folder].map((path) => rm(path, { recursive: true })));
  });

  it('moves the bytes and leaves nothing else', async () => {
    const bytes = 'bytes'.repeat(100_000);
    await writeFile(source, bytes);
    const target = join(folder, 'deep', 'file');
    await moveFile(source, target);
    await moveFile(source, target);
    expect(await readFile(target, 'utf8')).toBe(bytes);
    expect(await readdir(join(folder, 'deep'))).toEqual(['file']);
    expect(await readdir(join(source, '..'))).toEqual([]);
  });

  it('can be done by two at once', async () => {
    await writeFile(source, 'bytes');
    await Promise.all([moveFile(source, join(folder, 'file')), moveFile(source, join(folder, 'file'))]);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('bytes');
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('gives a file the longest name there is', async () => {
    const target = join(folder, 'n'.repeat(255));
    await writeFile(source, 'bytes');
    await moveFile(source, target);
    expect(await readFile(target, 'utf8')).toBe('bytes');
  });

  it('never follows a link', async () => {
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), source);
    await moveFile(source, join(folder, 'file')).catch(() => undefined);
    const copied = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    expect(copied.map(({ name }) => name)).toEqual(['secret']);
  });
});

it.runIf(hasOtherDevice)('a move to another device that breaks off leaves nothing there', async () => {
  const source = await mkdtemp(join(tmpdir(), 'millrace-move-from-'));
  const folder = await mkdtemp(join(OTHER_DEVICE, 'millrace-move-to-'));
  // A folder opens as a file does, and breaks off at the first read.
  await expect(moveFile(source, join(folder, 'file'))).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(folder)).toEqual([]);
  await Promise.all([source, folder].map((path) => rm(path, { recursive: true })));
});

import { lstat, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Inboxes } from './inboxes.js';
import { pathAway } from './path-away.js';

const ID = '019ab000-0000-7000-8000-000000000001';
const NAME = 'vehicles_status_1.json';

let folder: string;
let inboxes: Inboxes;
const at = (...path: string[]) => join(folder, ...path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-inboxes-'));
  inboxes = new Inboxes({
    ...{ inboxes: [at('first'), at('second')], archive: at('archive'), quarantine: at('quarantine') },
    subfolders: true,
  });
  await inboxes.prepare();
  return () => rm(folder, { recursive: true });
});

/** As the scan of an inbox finds it. */
async function found(inbox: number, path: string) {
  const folderOfIt = inboxes.all[inbox];
  const { ino: inode } = await lstat(join(folderOfIt?.path ?? '', path), { bigint: true });
  return { id: ID, name: folderOfIt?.nameOf(path) ?? '', inode };
}

async function drop(...path: string[]): Promise<void> {
  await mkdir(dirname(at(...path)), { recursive: true });
  await writeFile(at(...path), path.join('/'));
}

describe('several inboxes', () => {
  it('name files of the first relative to it, and those of the others by their whole path', async () => {
    await drop('first', 'a', NAME);
    await drop('second', 'b', NAME);
    expect((await found(0, join('a', NAME))).name).toBe(join('a', NAME));
    expect((await found(1, join('b', NAME))).name).toBe(at('second', 'b', NAME));
  });

  it('claim a file within its own inbox, and put it away with the others', async () => {
    await drop('second', 'b', NAME);
    const arrival = await found(1, join('b', NAME));
    expect(await inboxes.claim(arrival)).toBe(at('second', '.millrace-claimed', ID));
    await inboxes.archive(arrival);
    expect(await readFile(at('archive', pathAway({ id: ID, name: NAME })), 'utf8')).toBe(join('second', 'b', NAME));
    expect(inboxes.isPutAway(arrival)).toBe(true);
    await inboxes.takeBack(arrival);
    expect(await inboxes.claim(arrival)).toBe(at('second', '.millrace-claimed', ID));
  });

  it('say which inboxes there are when a file lies in none of them', () => {
    const arrival = { id: ID, name: at('third', NAME), inode: 1n };
    expect(() => inboxes.placesOf(arrival)).toThrow(expect.objectContaining({ code: 'MR_INBOX_UNKNOWN' }) as Error);
    expect(() => inboxes.placesOf(arrival)).toThrow(at('second'));
  });

  it.each([
    ['name', '../second'],
    ['whole path', '/'],
  ])('take no file by a %s that was made up to lead elsewhere', async (_, way) => {
    await drop('second', NAME);
    const { ino: inode } = await lstat(at('second', NAME), { bigint: true });
    const name = way === '/' ? `${at('second')}/../second-too/${NAME}` : join(way, NAME);
    await drop('second-too', NAME);
    await expect(async () => inboxes.claim({ id: ID, name, inode })).rejects.toThrow();
    expect(await readFile(at('second', NAME), 'utf8')).toBe(join('second', NAME));
  });
});

describe('sub-folders of an inbox', () => {
  const names = async () => (await inboxes.first.names()).sort();

  it('are looked into, however deep, but for hidden ones and links', async () => {
    await drop('first', NAME);
    await drop('first', 'a', 'b', NAME);
    await drop('first', '.git', NAME);
    await drop('first', 'unfinished.part', NAME);
    await drop('outside', NAME);
    await symlink(at('outside'), at('first', 'link'));
    expect(await names()).toEqual(['link', NAME, join('a', 'b', NAME)].sort());
  });

  it('are left alone where nobody asked for them', async () => {
    await drop('first', 'a', NAME);
    const shallow = new Inboxes({
      ...{ inboxes: [at('first')], archive: at('archive'), quarantine: at('quarantine'), subfolders: false },
    });
    expect(await shallow.first.names()).toEqual(['a']);
  });

  it('lead nowhere else once one of them became a link after its file was found', async () => {
    await drop('first', 'a', NAME);
    const arrival = await found(0, join('a', NAME));
    await rename(at('first', 'a'), at('outside'));
    await symlink(at('outside'), at('first', 'a'));
    await expect(inboxes.claim(arrival)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    expect(await readFile(at('outside', NAME), 'utf8')).toBe(join('first', 'a', NAME));
  });
});

describe('an upload', () => {
  const bytes = async function* () {
    yield await Promise.resolve(Buffer.from('sent'));
  };
  const receive = async () => {
    const { inode } = await inboxes.first.uploads.receive(ID, bytes(), 10);
    return { id: ID, name: NAME, inode };
  };

  it('is claimed by its load when the process that took it died between its commit and the rename', async () => {
    const arrival = await receive();
    expect(await inboxes.first.claimed()).toEqual([]);
    const path = await inboxes.claim(arrival);
    expect([path, await readFile(path, 'utf8')]).toEqual([at('first', '.millrace-claimed', ID), 'sent']);
    inboxes.first.uploads.keep(ID);
    expect(await inboxes.claim(arrival)).toBe(path);
  });

  it('that was not registered is found once it is old, and no earlier', async () => {
    await receive();
    const { uploads } = inboxes.first;
    expect(await uploads.olderThan(60_000)).toEqual([]);
    expect(await uploads.olderThan(0)).toEqual([ID]);
    await uploads.discard(ID);
    expect(await uploads.olderThan(0)).toEqual([]);
  });
});

import { existsSync, statSync } from 'node:fs';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from './inbox.js';
import { pathAway } from './path-away.js';
import { takeOut } from './safe-renames.js';

const ID = '019ab000-0000-7000-8000-000000000001';
const NAME = 'vehicles_status_1.json';

const OTHER_DEVICE = '/dev/shm';
const deviceOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev;
const hasOtherDevice = ![undefined, deviceOf(tmpdir())].includes(deviceOf(OTHER_DEVICE));

let folder: string;
let inbox: Inbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-inbox-'));
  inbox = new Inbox({ inbox: at('inbox'), archive: at('home', 'archive'), quarantine: at('home', 'quarantine') });
  return () => rm(folder, { recursive: true });
});

const at = (...path: string[]) => join(folder, ...path);

async function drop(content: string): Promise<{ id: string; name: string; inode: bigint }> {
  await writeFile(at('inbox', NAME), content);
  return { id: ID, name: NAME, inode: (await lstat(at('inbox', NAME), { bigint: true })).ino };
}

describe('Inbox', () => {
  it('creates its folders and a marker, and does so again without harm', async () => {
    expect(await inbox.isPrepared()).toBe(false);
    await inbox.prepare();
    await inbox.prepare();
    expect(await inbox.isPrepared()).toBe(true);
    expect(await readdir(at('home'))).toEqual(['archive', 'quarantine']);
  });

  it('says in a sentence which folder it cannot use', async () => {
    await writeFile(at('inbox'), 'a file in its place');
    await expect(inbox.prepare()).rejects.toMatchObject({
      code: 'MR_FOLDER_UNUSABLE',
      message: `The folder ${at('inbox')} cannot be used: there is a file of that name; move it, or set INBOX_DIR or MILLRACE_HOME to another folder.`,
    });
  });

  it('claims a file by renaming it, and gives the same path to who claims it again', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    const path = await inbox.claim(arrival);
    expect(await readFile(path, 'utf8')).toBe('a');
    expect(await inbox.claim(arrival)).toBe(path);
    expect(await inbox.claimed()).toEqual([ID]);
  });

  it('removes the marker of a file whose claim was killed half way, and none of the next file of its name', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    await rename(at('inbox', NAME), at('inbox', '.millrace-claimed', ID));
    await writeFile(at('inbox', `${NAME}.done`), '');
    await inbox.claim(arrival);
    expect(existsSync(at('inbox', `${NAME}.done`))).toBe(false);
    await drop('b');
    await writeFile(at('inbox', `${NAME}.done`), '');
    await inbox.claim(arrival);
    expect(existsSync(at('inbox', `${NAME}.done`))).toBe(true);
  });

  it('claims a file with the longest name there is', async () => {
    await inbox.prepare();
    const name = 'n'.repeat(255);
    await writeFile(at('inbox', name), 'a');
    const { ino: inode } = await lstat(at('inbox', name), { bigint: true });
    expect(await readFile(await inbox.claim({ id: ID, name, inode }), 'utf8')).toBe('a');
  });

  it('gives a file back once, also when it was killed between the two names', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    await inbox.claim(arrival);
    await link(at('inbox', '.millrace-claimed', ID), at('inbox', NAME));
    await inbox.giveBack(arrival);
    expect(await readFile(at('inbox', NAME), 'utf8')).toBe('a');
    expect(await inbox.claimed()).toEqual([]);
  });

  it('leaves another file that has the name by now where it is', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    await writeFile(at('other'), 'b');
    await rename(at('other'), at('inbox', NAME));
    await expect(inbox.claim(arrival)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
    expect(await readFile(at('inbox', NAME), 'utf8')).toBe('b');
  });

  it.runIf(hasOtherDevice)('leaves a file on another file system than the claimed ones where it is, and says so', async () => {
    await inbox.prepare();
    await drop('a');
    const shm = await mkdtemp(join(OTHER_DEVICE, 'millrace-inbox-'));
    const taking = () =>
      takeOut({ name: NAME, inbox: at('inbox'), original: at('inbox', NAME), claimed: join(shm, ID) });
    expect(taking).toThrow(expect.objectContaining({ code: 'MR_INBOX_FILE_SYSTEM' }));
    expect(taking).toThrow(/Mount that one outside the inbox/);
    expect(await readFile(at('inbox', NAME), 'utf8')).toBe('a');
    await rmdir(shm);
  });

  it.each<[what: string, use: (arrival: { id: string; name: string; inode: bigint }) => unknown]>([
    ['claims no file', (arrival) => inbox.claim(arrival)],
    ['archives none', (arrival) => inbox.archive(arrival)],
    ['gives none back', (arrival) => inbox.giveBack(arrival)],
    ['names none', () => inbox.claimed()],
    ['removes no copies', () => inbox.removeAbandonedCopies()],
    ['looks for none', (arrival) => inbox.placesOf(arrival)],
    ['receives none', () => inbox.uploads.receive(ID, Readable.from([]), 1)],
    ['looks for no upload', () => inbox.uploads.olderThan(0)],
    ['is not prepared', () => inbox.prepare()],
  ])('whose folder of claimed files was replaced by a link %s, and says so', async (_, use) => {
    await inbox.prepare();
    await mkdir(at('outside'));
    await writeFile(at('outside', ID), 'secret');
    await rmdir(at('inbox', '.millrace-claimed'));
    await symlink(at('outside'), at('inbox', '.millrace-claimed'));
    const arrival = await drop('a');
    const using = Promise.resolve().then(() => use(arrival));
    await expect(using).rejects.toMatchObject({ code: 'MR_FOLDER_UNUSABLE' });
    await expect(using).rejects.toThrow(/it is a link, by which files would leave the inbox/);
    expect(await readFile(at('inbox', NAME), 'utf8')).toBe('a');
    expect(await readdir(at('outside'))).toEqual([ID]);
    expect(await readFile(at('outside', ID), 'utf8')).toBe('secret');
  });

  it('never leaves the inbox for a name with folders in it', async () => {
    await inbox.prepare();
    await mkdir(at('outside'));
    await writeFile(at('outside', NAME), 'secret');
    const { ino } = await lstat(at('outside', NAME), { bigint: true });
    const claim = inbox.claim({ id: ID, name: `../outside/${NAME}`, inode: ino });
    await expect(claim).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
  });

  it('moves a claimed file to the archive under its own name, once however often it is asked', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    await inbox.claim(arrival);
    await inbox.archive(arrival);
    await inbox.archive(arrival);
    expect(await readFile(at('home', 'archive', pathAway({ id: ID, name: NAME })), 'utf8')).toBe('a');
    expect(await inbox.claimed()).toEqual([]);
  });

  it.runIf(hasOtherDevice)('moves no other file over one in an archive on another device, but gives it back', async () => {
    const home = await mkdtemp(join(OTHER_DEVICE, 'millrace-inbox-'));
    const far = new Inbox({ inbox: at('inbox'), archive: join(home, 'archive'), quarantine: join(home, 'quarantine') });
    await far.prepare();
    const first = await drop('a');
    await far.claim(first);
    await far.archive(first);
    // Left behind by a crash between the copy and its end.
    await writeFile(at('inbox', '.millrace-claimed', ID), 'a');
    await far.archive(first);
    expect(await far.claimed()).toEqual([]);
    // The next of its name, taken for it by its inode.
    await writeFile(at('inbox', '.millrace-claimed', ID), 'b');
    await far.archive(first);
    expect(await readFile(join(home, 'archive', pathAway(first)), 'utf8')).toBe('a');
    expect(await readFile(at('inbox', NAME), 'utf8')).toBe('b');
    expect(await far.claimed()).toEqual([]);
    await rm(home, { recursive: true });
  });

  it('claims a file that a watcher put away again between the taking back and the claim', async () => {
    await inbox.prepare();
    const arrival = await drop('a');
    await inbox.claim(arrival);
    await inbox.archive(arrival);
    await inbox.takeBack(arrival);
    await inbox.archive(arrival);
    expect(await readFile(await inbox.claim(arrival), 'utf8')).toBe('a');
  });

  it('takes a file back from where it was put away before there were days', async () => {
    await inbox.prepare();
    await mkdir(at('home', 'archive', ID));
    await writeFile(at('home', 'archive', ID, NAME), 'a');
    const { ino: inode } = await lstat(at('home', 'archive', ID, NAME), { bigint: true });
    const arrival = { id: ID, name: NAME, inode };
    expect(inbox.placesOf(arrival)).toContain(at('home', 'archive', ID, NAME));
    expect(inbox.isPutAway(arrival)).toBe(true);
    await inbox.takeBack(arrival);
    expect(await readFile(await inbox.claim(arrival), 'utf8')).toBe('a');
  });

  it('says so when the file to move is nowhere', async () => {
    await inbox.prepare();
    await expect(inbox.quarantine({ id: ID, name: NAME })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createLogger, silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Arrival } from './arrival.js';
import { ClaimedFiles } from './claimed-files.js';
import { Inbox } from './inbox.js';
import { pathAway } from './path-away.js';
import { newAside, newPartial } from './partial-copies.js';

/** By how much the clock of the files is ahead of what it is. */
let aheadMs = 0;
vi.mock(import('./file-clock.js'), async (original) => {
  const clock = await original();
  return { ...clock, fileClockMs: async (folder) => (await clock.fileClockMs(folder)) + aheadMs };
});

let home: string;
let inbox: Inbox;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'millrace-claimed-'));
  inbox = new Inbox({ inbox: join(home, 'inbox'), archive: join(home, 'archive'), quarantine: join(home, 'quarantine') });
  await inbox.prepare();
  aheadMs = 0;
  return () => rm(home, { recursive: true });
});
afterEach(() => void vi.useRealTimers());

const ledgerThatKnowsNone = { findAll: () => Promise.resolve(new Map()) };

it('removes the partial copies of killed processes, whichever way they went, ten minutes after the last write', async () => {
  const partials = ['archive', 'quarantine', join('inbox', '.millrace-claimed')].map((to) => newPartial(join(home, to)));
  for (const partial of partials) await writeFile(partial, 'half of it');
  const claimed = new ClaimedFiles(inbox, ledgerThatKnowsNone, silentLogger);
  aheadMs = 9 * 60_000;
  await claimed.putAway();
  expect(partials.filter((partial) => existsSync(partial))).toEqual(partials);
  aheadMs = 11 * 60_000;
  await claimed.putAway();
  expect(partials.filter((partial) => existsSync(partial))).toEqual([]);
});

it('never removes what a move put aside: it may be the only one there is', async () => {
  const aside = newAside(join(home, 'archive'));
  await writeFile(aside, 'all of it');
  aheadMs = 24 * 3_600_000;
  await new ClaimedFiles(inbox, ledgerThatKnowsNone, silentLogger).putAway();
  expect(existsSync(aside)).toBe(true);
});

it('takes the last write for long ago when the clock was set back behind it', async () => {
  const partial = newPartial(join(home, 'archive'));
  await writeFile(partial, 'half of it');
  aheadMs = -24 * 3_600_000;
  await new ClaimedFiles(inbox, ledgerThatKnowsNone, silentLogger).putAway();
  expect(existsSync(partial)).toBe(false);
});

it.each([-1, 1])('judges copies and uploads by the clock of their own server, from which ours is %i days off', async (days) => {
  const partial = newPartial(join(home, 'archive'));
  const upload = inbox.uploads.pathOf('019ab000-0000-7000-8000-000000000001');
  for (const path of [partial, upload]) await writeFile(path, 'half of it');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 25 * 3_600_000 });
  await new ClaimedFiles(inbox, ledgerThatKnowsNone, silentLogger).putAway();
  expect([partial, upload].filter((path) => !existsSync(path))).toEqual([]);
});

it('says once of a file that it cannot be moved, however often it tries, and moves it once it can', async () => {
  const id = '019ab000-0000-7000-8000-000000000001';
  const arrival = { id, name: 'vehicles_status_1.json', feed: 'vehicles-status', inode: 1n, state: 'loaded' } as Arrival;
  const source = join(home, 'inbox', '.millrace-claimed', id);
  const target = join(home, 'archive', pathAway(arrival));
  await writeFile(source, 'bytes');
  // A file where the folder of its day belongs.
  await writeFile(dirname(target), '');
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ name: 'claimed', level: 'warn', pretty: false, destination });
  const claimed = new ClaimedFiles(inbox, { findAll: () => Promise.resolve(new Map([[id, arrival]])) }, logger);
  for (let looks = 0; looks < 3; looks++) await claimed.putAway();
  expect(lines).toHaveLength(1);
  await rm(dirname(target));
  await claimed.putAway();
  expect(existsSync(target)).toBe(true);
  expect(lines).toHaveLength(1);
});

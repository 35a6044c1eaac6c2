import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  FeedRegistry,
  Inbox,
  InboxScan,
  type InboxScanParts,
  SHIPPED_FEEDS,
  vehiclesStatus,
  type Feed,
} from '@millrace/ingest';
import { createLogger, silentLogger } from '@millrace/telemetry';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileQueries } from './file-queries.js';
import { LoadingRig, newLoadRun } from './loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());
afterEach(() => void vi.useRealTimers());

const NAME = 'vehicles_status_1.json';
const WHOLE = '{"vehicle_status": []}\n';
const LONG_AGO = new Date(Date.now() - 3_600_000);
const YEARS_AHEAD = new Date(Date.now() + 1e11);
const NOBODY = 65_534;
const at = (name: string) => rig.at('inbox', name);

function put(name: string, content: string, changed = LONG_AGO): void {
  writeFileSync(at(name), content);
  utimesSync(at(name), changed, changed);
}

function newScan(feeds: readonly Feed[] = SHIPPED_FEEDS, parts: Partial<InboxScanParts> = {}): InboxScan {
  const { ledger, inbox } = rig;
  return new InboxScan({
    ...{ inbox, ledger, feeds: new FeedRegistry(feeds), logger: silentLogger, newRun: newLoadRun },
    deliver: () => Promise.resolve(),
    ...parts,
  });
}

/** The inbox, with its sub-folders. */
const deepInbox = () =>
  new Inbox(
    { inbox: rig.at('inbox'), archive: rig.at('archive'), quarantine: rig.at('quarantine') },
    { subfolders: true },
  );

/** What a look at the inbox says of files that it ignores. */
async function warnings(parts: Partial<InboxScanParts> = {}): Promise<unknown[]> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ name: 'scan', level: 'warn', pretty: false, destination });
  await newScan(SHIPPED_FEEDS, { ...parts, logger }).runOnce();
  return lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
}

/** Root may read everything: there the work is done as nobody, who must come to the inbox for it. */
async function asSomebody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  for (const folder of ['..', '.']) chmodSync(at(folder), 0o755);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

const registered = async () => (await new FileQueries(rig.database).list({ limit: 100 })).map(({ name }) => name);

/** Looks at the inbox once: whether a look is due again, and the names that were registered. */
async function scan(feeds?: readonly Feed[]): Promise<{ waits: boolean; names: string[] }> {
  const againMs = await newScan(feeds).runOnce();
  return { waits: Number.isFinite(againMs), names: await registered() };
}

describe('an odd arrival', () => {
  it.each([
    'objects_detection_1.json',
    'objects_detection_2022-06-05T21:12:00.5+02:00.json',
    'vehicles_status_20220509_000300.json.gz',
    'vehicles_status_20220509_000300.json.zst',
    'vehicles_status_1-copy.json',
    'drivers_1.csv',
    'drivers_20260101_060000.csv.zst',
    'vehicles_status_1..json',
    'vehicles_status_9999999999999999999999999.json',
  ])('named %s is taken', async (name) => {
    put(name, WHOLE);
    expect(await scan()).toEqual({ waits: false, names: [name] });
  });

  it.each([
    'vehicles_status_.json',
    'vehicles_status_today.json',
    'vehicles_status_1.JSON',
    'Vehicles_status_1.json',
    'vehicles_status_1.json.bak',
    'vehicles_status_1.json~',
    'vehicles_status_1.json.part',
    'vehicles_status_1.json.TMP',
    'vehicles_status_1 (1).json',
    'vehicles_status_1.json.gz.gz',
    'vehicles_status_1.json.zip',
    'vehicles_status_1.json.zst.gz',
    'vehicles_status_1.json.zstd',
    ' vehicles_status_1.json',
    'vehicles_status_1.json ',
    'vehicles_status_1\n.json',
    '.vehicles_status_1.json',
    '.nfs0000000000000001',
    'vehicle_status_1.json',
    'drivers.csv',
    'drivers_1.tsv',
    'drivers_1.CSV',
    'drivers_1.csv.done',
    'Thumbs.db',
    '-rf',
    '😀.json',
  ])('named %j is ignored, and stays where it is', async (name) => {
    put(name, WHOLE);
    expect(await scan()).toEqual({ waits: false, names: [] });
  });

  it.each<[what: string, make: () => void]>([
    ['a folder', () => mkdirSync(at(NAME))],
    ['a link to a file outside', () => symlinkSync('/etc/hostname', at(NAME))],
    ['a link to a file beside it', () => (put('other', WHOLE), symlinkSync('other', at(NAME)))],
    ['a link to nothing', () => symlinkSync('nowhere', at(NAME))],
    ['a link to itself', () => symlinkSync(NAME, at(NAME))],
    ['a link to a device', () => symlinkSync('/dev/zero', at(NAME))],
    ['a pipe', () => void execFileSync('mkfifo', [at(NAME)])],
  ])('that is %s with the name of a file is ignored, and nothing hangs', async (_, make) => {
    make();
    expect(await scan()).toEqual({ waits: false, names: [] });
  });

  it.each<[what: string, put: () => void]>([
    ['that was changed a moment ago', () => put(NAME, WHOLE, new Date())],
    ['from a clock years ahead', () => put(NAME, WHOLE, YEARS_AHEAD)],
    ['of half a document', () => put(NAME, WHOLE.slice(0, 10), new Date())],
    ['without a byte', () => put(NAME, '', new Date())],
    ['that is sparse so far', () => (put(NAME, ''), truncateSync(at(NAME), 1_000_000))],
    ['packed by gzip, just written', () => put(`${NAME}.gz`, WHOLE, new Date())],
    ['packed by zstd, just written', () => put(`${NAME}.zst`, WHOLE, new Date())],
  ])('%s is waited for', async (_, arrive) => {
    arrive();
    expect(await scan()).toEqual({ waits: true, names: [] });
  });

  it('of half a document on a server whose clock is an hour behind ours is waited for', async () => {
    put(NAME, WHOLE.slice(0, 10), new Date());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    await rig.inbox.prepare();
    expect(await scan()).toEqual({ waits: true, names: [] });
  });

  it('from the year 2400, which the ledger cannot hold, is taken all the same once it has settled', async () => {
    put(NAME, WHOLE);
    execFileSync('touch', ['-d', '2400-01-01', at(NAME)]);
    const scanner = newScan();
    expect(await scanner.runOnce()).toBeGreaterThan(0);
    await expect.poll(() => scanner.runOnce().then(registered), { timeout: 10_000 }).toEqual([NAME]);
  });

  it('with a path too long for the ledger is ignored, said so, and holds up no other', async () => {
    const deep = Array.from({ length: 12 }, () => randomBytes(100).toString('hex'));
    put(NAME, WHOLE);
    const folder = at(join(...deep));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, NAME), WHOLE);
    utimesSync(join(folder, NAME), LONG_AGO, LONG_AGO);
    expect(await warnings({ inbox: deepInbox() })).toEqual([
      expect.stringContaining('its path is longer than 2048 bytes'),
    ]);
    expect(await registered()).toEqual([NAME]);
  });

  it('in a sub-folder whose name is not UTF-8 is ignored, and said so', async () => {
    mkdirSync(Buffer.from(at('n\u00f6rd'), 'latin1'));
    writeFileSync(Buffer.concat([Buffer.from(at('n\u00f6rd'), 'latin1'), Buffer.from(`/${NAME}`)]), WHOLE);
    expect(await warnings({ inbox: deepInbox() })).toEqual([expect.stringContaining('its name is not UTF-8')]);
    expect(await registered()).toEqual([]);
  });

  it('in a sub-folder that may not be looked into is ignored, said so, and taken once it may', async () => {
    mkdirSync(at('north'));
    put(join('north', NAME), WHOLE);
    chmodSync(at('north'), 0);
    const inbox = deepInbox();
    expect(await asSomebody(() => warnings({ inbox }))).toEqual([expect.stringContaining('may not look into it')]);
    chmodSync(at('north'), 0o700);
    expect(await warnings({ inbox })).toEqual([]);
    expect(await registered()).toEqual([join('north', NAME)]);
  });

  it.each(['a\nb', '100%?#', 'a..b', '-rf', '\u202ecod', ' ', 'a\\b', "it's; DROP TABLE"])(
    'in a sub-folder named %j is taken and archived',
    async (folder) => {
      mkdirSync(at(folder));
      put(join(folder, NAME), WHOLE);
      const inbox = deepInbox();
      await newScan(SHIPPED_FEEDS, { inbox }).runOnce();
      expect(await registered()).toEqual([join(folder, NAME)]);
      const { rows } = await rig.database.query<{ id: string; inode: string }>(
        'SELECT id, inode FROM millrace.arrivals',
      );
      const [{ id, inode } = { id: '', inode: 0 }] = rows;
      const arrival = { id, name: join(folder, NAME), inode: BigInt(inode) };
      await inbox.claim(arrival);
      await inbox.archive(arrival);
      expect(readFileSync(rig.away('archive', arrival, arrival.name), 'utf8')).toBe(WHOLE);
    },
  );

  it('with the longest name there is is taken at once when it has settled', async () => {
    const name = `vehicles_status_${'1'.repeat(255 - 'vehicles_status_.json'.length)}.json`;
    put(name, WHOLE, new Date());
    const scanner = newScan();
    expect(await scanner.runOnce()).toBeLessThan(1_000);
    await expect.poll(() => scanner.runOnce().then(registered), { timeout: 10_000 }).toEqual([name]);
  });

  it('whose name is not UTF-8 is ignored, and said so', async () => {
    writeFileSync(Buffer.from(at('vehicles_status_1\u00e9.json'), 'latin1'), WHOLE);
    expect(await warnings()).toEqual([expect.stringContaining('its name is not UTF-8')]);
    expect(await registered()).toEqual([]);
  });

  it.each([NAME, 'drivers_1.csv'])(
    'named %s that may not be read is ignored, said so, and taken once it may',
    async (name) => {
      put(name, WHOLE);
      chmodSync(at(name), 0);
      expect(await asSomebody(() => warnings())).toEqual([expect.stringContaining('this user may not read it')]);
      expect(await registered()).toEqual([]);
      chmodSync(at(name), 0o600);
      expect(await scan()).toEqual({ waits: false, names: [name] });
    },
  );

  it('of a record a line is waited for, though its last byte closes a record', async () => {
    put(NAME, '{}\n', new Date(Date.now() - 1_000));
    expect(await scan([{ ...vehiclesStatus, format: 'ndjson', records: [] }])).toEqual({ waits: true, names: [] });
  });

  it('of rows is waited for, though its last line is whole, and taken at once when a marker says so', async () => {
    put('drivers_1.csv', 'driver_id\n', new Date(Date.now() - 1_000));
    expect(await scan()).toEqual({ waits: true, names: [] });
    put('drivers_1.csv.done', '', new Date());
    expect(await scan()).toEqual({ waits: false, names: ['drivers_1.csv'] });
  });

  it('of half a document that nobody has written to for long is taken: its load is the judge', async () => {
    put(NAME, WHOLE.slice(0, 10));
    expect(await scan()).toEqual({ waits: false, names: [NAME] });
  });

  it('written under another name is taken when it is renamed, by the age of its content', async () => {
    put(`${NAME}.part`, WHOLE);
    expect(await scan()).toEqual({ waits: false, names: [] });
    renameSync(at(`${NAME}.part`), at(NAME));
    expect(await scan()).toEqual({ waits: false, names: [NAME] });
  });

  it('replaced while it waits for its load is found by the next scan of all, or by a hint, not by one for new files', async () => {
    const scanner = newScan();
    const replace = (content: string) => (put('.next', content), renameSync(at('.next'), at(NAME)));
    put(NAME, WHOLE);
    await scanner.runOnce();
    replace(`${WHOLE} `);
    put('vehicles_status_2.json', WHOLE);
    await scanner.runOnce({ newOnly: true });
    expect(await registered()).toEqual(['vehicles_status_2.json', NAME]);
    await scanner.runOnce();
    expect(await registered()).toEqual([NAME, 'vehicles_status_2.json', NAME]);
    replace(`${WHOLE}  `);
    scanner.hint(NAME);
    await scanner.runOnce({ newOnly: true });
    expect(await registered()).toHaveLength(4);
  });

  it('given back by a load that ended it as vanished is an arrival anew, and one that waits or is over is not', async () => {
    const scanner = newScan();
    const others = ['vehicles_status_2.json', 'vehicles_status_3.json'];
    for (const name of [NAME, ...others]) put(name, WHOLE);
    await scanner.runOnce();
    const end = (state: string, name: string) =>
      rig.database.query('UPDATE millrace.arrivals SET state = $1, reason = $2, ended_at = now() WHERE path = $3', [
        state,
        '{"code": "MR_FILE_VANISHED", "message": "gone"}',
        name,
      ]);
    await end('vanished', NAME);
    await end('failed', 'vehicles_status_2.json');
    await scanner.runOnce();
    expect(await registered()).toHaveLength(3);
    await scanner.forgetVanished();
    await scanner.runOnce({ newOnly: true });
    expect((await registered()).sort()).toEqual([NAME, NAME, ...others]);
    await scanner.forgetVanished();
    await scanner.runOnce();
    expect(await registered()).toHaveLength(4);
  });

  it('seen by two scans at once is one arrival', async () => {
    put(NAME, WHOLE);
    await Promise.all([scan(), scan()]);
    expect((await scan()).names).toEqual([NAME]);
  });
});

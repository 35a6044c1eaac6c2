import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClaimedFiles, DryRunner, FeedRegistry, SHIPPED_FEEDS } from '@millrace/ingest';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

const KIB = 1024;
const NAME = 'vehicles_status_1.json';
const REPORTS = 4_000;
/** Some 300 KiB. */
const DOCUMENT = JSON.stringify({
  vehicle_status: Array.from({ length: REPORTS }, (_, n) => ({
    ...{ vehicle_id: `v${String(n)}`, report_time: '2022-01-01T00:00:00Z', status: 'driving' },
  })),
});

/** A file system of a MiB, in a mount namespace of its own: `folder` is its way in, as long as `keeper` lives. */
interface OwnMount {
  readonly folder: string;
  readonly keeper: ChildProcess;
}

/** Undefined where the system lets nobody have namespaces of their own. Root needs no right to mount here either. */
async function mount(at: string): Promise<OwnMount | undefined> {
  const script = 'mount -t tmpfs -o size=1m tmpfs "$1" && echo mounted && exec cat';
  const args = ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', at];
  const keeper = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const said = await new Promise<string>((resolve) => {
    keeper.once('error', () => resolve(''));
    keeper.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()));
    keeper.once('exit', () => resolve(''));
  });
  return said === '' ? undefined : { keeper, folder: `/proc/${String(keeper.pid)}/root${at}` };
}

/** The file system goes with the last process of its namespace. */
async function unmount({ keeper }: OwnMount): Promise<void> {
  const gone = once(keeper, 'exit');
  keeper.stdin?.end();
  await gone;
}

async function mayMount(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mount-'));
  const mounted = await mount(folder);
  if (mounted !== undefined) await unmount(mounted);
  rmdirSync(folder);
  return mounted !== undefined;
}

describe.skipIf(!(await mayMount()))('with an archive on a full disk (needs namespaces: unshare -rm)', () => {
  let rig: LoadingRig;
  let claimed: ClaimedFiles;
  beforeAll(async () => {
    rig = await LoadingRig.open();
  });
  afterAll(() => rig.close());
  beforeEach(async () => {
    const remove = await rig.reset();
    mkdirSync(rig.at('disk'));
    const disk = await mount(rig.at('disk'));
    if (disk === undefined) throw new Error('The archive could not be mounted.');
    rmdirSync(rig.at('archive'));
    symlinkSync(disk.folder, rig.at('archive'));
    writeFileSync(rig.at('archive', 'others'), Buffer.alloc(900 * KIB));
    claimed = new ClaimedFiles(rig.inbox, rig.ledger, silentLogger);
    return async () => {
      await unmount(disk);
      await remove();
    };
  });

  const stateOf = async ({ id }: DroppedFile) => (await new FileQueries(rig.database).find(id))?.state;
  const inClaimed = ({ id }: DroppedFile) => rig.at('inbox', '.millrace-claimed', id);
  const archived = (file: DroppedFile) => rig.away('archive', file, NAME);
  const makeRoom = () => rmSync(rig.at('archive', 'others'));
  const rows = () => rig.rowsOf('SELECT count(*)::int AS n FROM millrace.status_reports');
  const partials = () => readdirSync(rig.at('archive', '.millrace-partial'));

  it('a file is loaded, stays where it can be found, and is archived once there is room', async () => {
    const file = await rig.drop(NAME, DOCUMENT);
    await rig.load(file);
    expect(await stateOf(file)).toBe('loaded');
    expect(await rows()).toEqual([{ n: REPORTS }]);
    for (let scans = 0; scans < 3; scans++) await claimed.putAway();
    expect(readFileSync(inClaimed(file), 'utf8')).toBe(DOCUMENT);
    expect(existsSync(archived(file))).toBe(false);
    // What was copied of it does not fill the disk further.
    expect(partials()).toEqual([]);
    const runner = new DryRunner(rig.ledger, new FeedRegistry(SHIPPED_FEEDS), rig.inbox, rig.at('spool'));
    expect(await runner.dryRun(file.id, new AbortController().signal)).toMatchObject({ outcome: 'duplicate' });

    makeRoom();
    await claimed.putAway();
    expect(readFileSync(archived(file), 'utf8')).toBe(DOCUMENT);
    expect(existsSync(inClaimed(file))).toBe(false);
    expect(await rows()).toEqual([{ n: REPORTS }]);
  });

  it('the same bytes are a duplicate meanwhile, and each of both is archived', async () => {
    const first = await rig.drop(NAME, DOCUMENT);
    await rig.load(first);
    const second = await rig.drop(NAME, DOCUMENT);
    await rig.load(second);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['loaded', 'duplicate']);
    makeRoom();
    await claimed.putAway();
    for (const file of [first, second]) expect(readFileSync(archived(file), 'utf8')).toBe(DOCUMENT);
    expect(await rows()).toEqual([{ n: REPORTS }]);
  });

  it('a file is taken back and loaded again from where it waits', async () => {
    const file = await rig.drop(NAME, DOCUMENT);
    await rig.load(file);
    await rig.unload(file);
    expect(await rows()).toEqual([{ n: 0 }]);
    await rig.reload(await rig.runAgain(file));
    expect(await stateOf(file)).toBe('loaded');
    expect(await rows()).toEqual([{ n: REPORTS }]);
    makeRoom();
    await claimed.putAway();
    expect(readFileSync(archived(file), 'utf8')).toBe(DOCUMENT);
  });
});

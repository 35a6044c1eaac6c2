import { readFile } from 'node:fs/promises';
import {
  FeedRegistry,
  FileLoader,
  FileUnloader,
  SHIPPED_FEEDS,
  vehiclesStatus,
  type FileLedger,
} from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileQueries } from '../file-queries.js';
import { LoadingRig, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const NAME = 'vehicles_status_1.ndjson';
const FEED = {
  ...vehiclesStatus,
  fileName: 'vehicles_status_[timestamp].ndjson',
  format: 'ndjson',
  records: [],
} as const;
const line = (vehicle_id: string, day: number, status: string) =>
  `${JSON.stringify({ vehicle_id, report_time: `2022-01-0${String(day)}T00:00:00Z`, status })}\n`;
const GROWING = line('a', 1, 'driving') + line('b', 1, 'parked');
const WHOLE = GROWING + line('a', 2, 'accident');

const loader = (ledger: FileLedger = rig.ledger) =>
  new FileLoader(ledger, new FeedRegistry([{ ...FEED, quietPeriodMs: 0 }]), rig.inbox, rig.at('spool'));
const fileOf = ({ id }: DroppedFile) => new FileQueries(rig.database).read(id);
const latest = () => rig.rowsOf('SELECT vehicle_id, status FROM vehicle_status ORDER BY 1');
const history = () =>
  rig.rowsOf(`SELECT content.arrival_id AS file, count(*)::int AS reports FROM millrace.status_reports
    JOIN millrace.contents AS content ON content.id = content_id GROUP BY 1`);

async function load(text: string, name = NAME): Promise<DroppedFile> {
  const file = await rig.drop(name, text);
  await rig.load(file, loader());
  return file;
}

describe('a path that comes back with more behind the loaded bytes', () => {
  it('supersedes the former file: its rows are taken back and those of the whole are loaded', async () => {
    const former = await load(GROWING);
    const whole = await rig.drop(NAME, WHOLE);
    expect((await rig.load(whole, loader())).result).toMatchObject({
      ...{ outcome: 'loaded', records: 3, rows: 3, supersedes: former.id },
    });
    expect(await fileOf(former)).toMatchObject({ state: 'superseded', supersededBy: whole.id, counts: null });
    expect(await fileOf(whole)).toMatchObject({
      ...{ state: 'loaded', supersedes: former.id, counts: { records: 3, loaded: 3, unchanged: 0, rows: 3 } },
    });
    expect(await history()).toEqual([{ file: whole.id, reports: 3 }]);
    expect(await latest()).toEqual([
      { vehicle_id: 'a', status: 'accident' },
      { vehicle_id: 'b', status: 'parked' },
    ]);
    expect(await readFile(rig.away('archive', former, NAME), 'utf8')).toBe(GROWING);
    expect(await readFile(rig.away('archive', whole, NAME), 'utf8')).toBe(WHOLE);
  });

  it('does so each time it grows, also among small files that are loaded together', async () => {
    const [first, second] = [await load(GROWING), await load(WHOLE)];
    const third = await rig.drop(NAME, WHOLE + line('c', 3, 'parked'));
    const other = await rig.drop('vehicles_status_2.ndjson', line('d', 1, 'driving'));
    const outcomes = await rig.loadTogether([third, other], loader());
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await fileOf(first)).toMatchObject({ supersededBy: second.id });
    expect(await fileOf(second)).toMatchObject({ supersededBy: third.id, supersedes: first.id });
    expect(await history()).toEqual(
      expect.arrayContaining([
        { file: third.id, reports: 4 },
        { file: other.id, reports: 1 },
      ]),
    );
  });

  it('takes the rejects of the former with it, and gives its own', async () => {
    const broken = `${GROWING}{"vehicle_id": 7}\n`;
    const former = await load(broken);
    const whole = await load(broken + line('a', 2, 'accident'));
    expect(await rig.rowsOf('SELECT file_id, index FROM public.rejects')).toEqual([{ file_id: whole.id, index: 2 }]);
    expect(await fileOf(former)).toMatchObject({ state: 'superseded' });
  });

  it('brings a latest status back that only the former file had hidden, before it loads', async () => {
    await load(line('a', 3, 'towed'), 'vehicles_status_0.ndjson');
    await load(line('a', 4, 'driving'));
    await load(line('a', 4, 'driving') + line('b', 1, 'parked'));
    expect(await latest()).toContainEqual({ vehicle_id: 'a', status: 'driving' });
    const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    const [file] = await new FileQueries(rig.database).list({ limit: 1 });
    const { run } = await rig.runAgain({ id: file?.id } as DroppedFile);
    const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
    await unloader.unload(file?.id ?? '', { runId: run.runId, completion });
    expect(await latest()).toEqual([{ vehicle_id: 'a', status: 'towed' }]);
  });
});

describe('the former file stays loaded', () => {
  it.each([
    ['other bytes', line('a', 2, 'accident') + line('b', 2, 'parked') + line('c', 2, 'parked')],
    ['fewer bytes', line('a', 1, 'driving')],
  ])('when its path comes back with %s', async (_, text) => {
    const former = await load(GROWING);
    const next = await load(text);
    expect(await fileOf(former)).toMatchObject({ state: 'loaded', supersededBy: null });
    expect(await fileOf(next)).toMatchObject({ state: 'loaded', supersedes: null });
  });

  it('when another path has more behind its bytes', async () => {
    const former = await load(GROWING);
    await load(WHOLE, 'vehicles_status_2.ndjson');
    expect(await fileOf(former)).toMatchObject({ state: 'loaded' });
  });

  it.each(['an error', 'its connection killed'])('with all its rows when the load ends with %s', async (what) => {
    const former = await load(GROWING);
    const [before, statuses] = [await history(), await latest()];
    const whole = await rig.drop(NAME, WHOLE);
    const failing = new Proxy(rig.ledger, {
      get: (ledger, name) =>
        name !== 'load'
          ? (Reflect.get(ledger, name) as unknown)
          : (request: Parameters<FileLedger['load']>[0]) => ledger.load({ ...request, rejects: () => brokenOff(what) }),
    });
    await expect(rig.load(whole, loader(failing))).rejects.toThrow();
    expect([await history(), await latest()]).toEqual([before, statuses]);
    expect(await fileOf(former)).toMatchObject({ state: 'loaded' });
    expect(await fileOf(whole)).toMatchObject({ state: 'arrived' });

    await rig.load(whole, loader());
    expect(await fileOf(former)).toMatchObject({ state: 'superseded', supersededBy: whole.id });
    expect(await history()).toEqual([{ file: whole.id, reports: 3 }]);
  });
});

it('one of two that go on where a file ended supersedes it, and the longer one that', async () => {
  const former = await load(GROWING);
  const whole = await rig.drop(NAME, WHOLE);
  await rig.load(whole, loader());
  // As a load knows it that looked before the other committed.
  const late = await rig.drop(NAME, `${WHOLE}${line('c', 3, 'parked')}`);
  let looks = 0;
  const stale = new Proxy(rig.ledger, {
    get: (ledger, name) => {
      if (name !== 'find') return (Reflect.get(ledger, name) as () => unknown).bind(ledger);
      return async (id: string) => {
        const arrival = await ledger.find(id);
        if (arrival?.state !== 'arrived' || looks++ > 0) return arrival;
        const { rows } = await rig.database.query<{ size: number; sha256: Buffer }>(
          'SELECT size::float8 AS size, sha256 FROM millrace.contents WHERE arrival_id = $1',
          [former.id],
        );
        return { ...arrival, predecessor: { id: former.id, ...rows[0] } };
      };
    },
  });
  await rig.load(late, loader(stale));
  expect(await fileOf(whole)).toMatchObject({ state: 'superseded', supersededBy: late.id });
  expect(await history()).toEqual([{ file: late.id, reports: 4 }]);
});

/** Stands where a load has taken back the former file and written its own rows. */
async function* brokenOff(what: string): AsyncGenerator<never> {
  if (what === 'an error') throw new Error('broken off');
  await rig.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle in transaction'`,
  );
}

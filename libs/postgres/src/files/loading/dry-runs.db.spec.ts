import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  DryRunner,
  type Feed,
  FeedRegistry,
  FileUnloader,
  SHIPPED_FEEDS,
  vehiclesStatus,
  type WriteRows,
} from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FeedTables } from '../../feeds/feed-tables.js';
import { FileQueries } from '../file-queries.js';
import { detections, event, LoadingRig, statuses, type DroppedFile } from '../loading-rig.contract.js';

let rig: LoadingRig;
beforeAll(async () => {
  rig = await LoadingRig.open();
});
afterAll(() => rig.close());
beforeEach(() => rig.reset());

const [EARLY, LATE] = ['2022-01-01T00:00:00Z', '2022-01-02T00:00:00Z'];
const NAME = 'objects_detection_1.json';
const STATUSES = 'vehicles_status_1.json';
const bad = { vehicle_id: 17 };
const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const never = new AbortController().signal;

const runner = (feeds = SHIPPED_FEEDS) =>
  new DryRunner(rig.ledger, new FeedRegistry(feeds), rig.inbox, rig.at('spool'));
const tryFile = ({ id }: DroppedFile) => runner().dryRun(id, never);
const tryBytes = (name: string, bytes: string | Buffer, maxBytes = 1_000_000) =>
  runner().dryRunUpload({ name, bytes: Readable.from([Buffer.from(bytes)]), maxBytes }, never);
const tryDocument = (name: string, document: unknown) => tryBytes(name, JSON.stringify(document));

/** Every row of every table, and every file: what a dry run must leave as it was. */
async function everything(): Promise<unknown> {
  const tables = await rig.rowsOf(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('millrace', 'public')`,
  );
  const rows: Record<string, unknown> = {};
  for (const { name } of tables as { name: string }[]) {
    const [digest] = await rig.rowsOf(
      `SELECT count(*)::int AS n, md5(string_agg(t::text, '|' ORDER BY t::text)) AS md5 FROM ${name} AS t`,
    );
    rows[name] = digest;
  }
  return { rows, files: (await readdir(rig.at(), { recursive: true })).filter((path) => path !== 'spool').sort() };
}

async function leavingAll<T>(work: () => Promise<T>): Promise<T> {
  const before = await everything();
  const result = await work();
  expect(await everything()).toEqual(before);
  return result;
}

async function load(name: string, document: unknown): Promise<DroppedFile> {
  const file = await rig.drop(name, document);
  await rig.load(file);
  return file;
}

describe('a dry run', () => {
  it('says what a load of the file then does, and writes no row, no key and no file', async () => {
    await load('objects_detection_0.json', detections(event('a', EARLY, 1), event('b', EARLY, 2)));
    const document = detections(
      ...[event('a', EARLY, 1), event('b', EARLY, 7), bad, event('new', EARLY, 4, 5), event('new', LATE, 6)],
      { ...event('other', '2022-01-01T00:00:00', 1), vehicle: 'tram' },
    );
    const tried = await leavingAll(() => tryDocument(NAME, document));
    expect(tried).toMatchObject({
      ...{ file: NAME, feed: 'objects-detection', outcome: 'loaded', duplicateOf: null, reason: null },
      counts: { records: 6, loaded: 3, unchanged: 1, conflicting: 1, rejected: 1, rows: 4, naive: 1, extra: 1 },
      rejects: [{ index: 2, code: 'MR_RECORD_INVALID', pointer: '/objects_detection_events/2/vehicle_id' }],
    });
    const file = await load(NAME, document);
    expect((await new FileQueries(rig.database).read(file.id))?.counts).toEqual(tried.counts);
  });

  it('counts a new name that comes twice as one, as the load does', async () => {
    const document = detections(event('new', EARLY, 1), event('new', EARLY, 1), event('new', EARLY, 2));
    const tried = await leavingAll(() => tryDocument(NAME, document));
    expect(tried.counts).toMatchObject({ records: 3, loaded: 1, unchanged: 1, conflicting: 1 });
  });

  it('makes the weeks that are missing anew when some events are there already', async () => {
    await load('objects_detection_0.json', detections(event('a', EARLY, 1)));
    const document = detections(event('a', '2019-01-01T00:00:00Z', 2), event('a', EARLY, 1));
    const tried = await leavingAll(() => tryDocument(NAME, document));
    expect(tried).toMatchObject({ outcome: 'loaded', counts: { records: 2, loaded: 1, unchanged: 1 } });
  });

  it('of statuses leaves the latest as it is, and the history', async () => {
    await load('vehicles_status_0.json', statuses(['a', EARLY, 'driving']));
    const document = statuses(['a', LATE, 'accident'], ['a', EARLY, 'driving'], ['b', LATE, 'parked']);
    const { counts } = await leavingAll(() => tryDocument(STATUSES, document));
    expect(counts).toMatchObject({ records: 3, loaded: 2, unchanged: 1, rows: 2 });
  });

  it('of statuses keeps no load of the same reports waiting, nor one that needs the same week', async () => {
    const reports: [string, string, string][] = [
      ['a', '2018-01-01T00:00:00Z', 'parked'],
      ['b', EARLY, 'driving'],
    ];
    await load('vehicles_status_0.json', statuses(['b', EARLY, 'driving']));
    const file = await rig.drop(STATUSES, statuses(...reports));
    const tables = new FeedTables(rig.database);
    let loading: Promise<unknown> | undefined;
    const tried = rig.database.transaction(async (transaction) => {
      const rows = reports.map(([vehicleId, reportTime, status]) => ({
        vehicleId,
        reportTime: reportTime.replace(/T(.*)Z/, ' $1+00:00'),
        status,
      }));
      const stream = async (write: WriteRows) => {
        await write(rows);
        return { sha256: Buffer.alloc(32), size: 1, records: 2, rejected: 0, expired: 0, naive: 0, extra: 0 };
      };
      const { counts } = await tables.tryOut(
        { arrival: { id: file.id }, target: 'vehicle_status', stream, newPartitions: 1 },
        transaction,
      );
      let loaded = false;
      loading = rig.load(file).then(() => (loaded = true));
      await vi.waitUntil(async () => loaded || (await rig.rowsOf(WAITING)).length > 0, 20_000);
      throw new Error(JSON.stringify({ ...counts, waited: !loaded }));
    });
    await expect(tried).rejects.toThrow('{"loaded":1,"unchanged":1,"conflicting":0,"rows":1,"waited":false}');
    await loading;
    await tables.close();
    expect((await new FileQueries(rig.database).read(file.id))?.counts).toMatchObject({ loaded: 1, unchanged: 1 });
  });

  it('of statuses says which weeks are too many, and what PostgreSQL refuses, as a load does', async () => {
    const far = Array.from({ length: 401 }, (_, week): [string, string, string] => [
      'a',
      new Date(week * 6.048e8).toISOString(),
      's',
    ]);
    expect(await leavingAll(() => tryDocument(STATUSES, statuses(...far)))).toMatchObject({
      ...{ outcome: 'quarantined', reason: { code: 'MR_TOO_MANY_PARTITIONS' } },
    });
    const wordy: Feed = {
      ...vehiclesStatus,
      // No index takes as much, and it cannot be compressed.
      toRow: () => ({
        vehicleId: 'a',
        reportTime: '2022-01-01 00:00:00+00:00',
        status: randomBytes(9_000).toString('hex'),
      }),
    };
    const document = JSON.stringify(statuses(['a', EARLY, 's']));
    const tried = runner([wordy]).dryRunUpload(
      { name: STATUSES, bytes: Readable.from([Buffer.from(document)]), maxBytes: 1_000 },
      never,
    );
    expect(await tried).toMatchObject({ outcome: 'quarantined', reason: { code: 'MR_ROWS_REFUSED' } });
  });

  it('names the file that brought the same bytes', async () => {
    const file = await load(NAME, detections(event('a', EARLY, 1)));
    const tried = await leavingAll(() => tryDocument('objects_detection_2.json', detections(event('a', EARLY, 1))));
    expect(tried).toMatchObject({ outcome: 'duplicate', duplicateOf: file.id, counts: null });
  });

  it('says why a file would be refused, and which records are at fault', async () => {
    expect(await leavingAll(() => tryDocument(NAME, detections(bad)))).toMatchObject({
      ...{ outcome: 'quarantined', reason: { code: 'MR_TOO_MANY_REJECTS' }, counts: null },
    });
    expect(await leavingAll(() => tryBytes(NAME, '{"objects_detection_events": ['))).toMatchObject({
      ...{ outcome: 'quarantined', reason: { code: 'MR_FILE_TRUNCATED' } },
    });
  });

  it('shows the first hundred rejects and counts all of them', async () => {
    const many = Array.from({ length: 150 }, () => bad);
    const tried = await tryDocument(NAME, detections(event('a', EARLY, 1), ...many));
    expect(tried.counts).toMatchObject({ records: 151, loaded: 1, rejected: 150 });
    expect(tried.rejects).toHaveLength(100);
  });

  it('takes what is packed, and refuses names that no feed takes and files beyond the limit', async () => {
    const packed = gzipSync(JSON.stringify(detections(event('a', EARLY, 1))));
    expect(await tryBytes(`${NAME}.gz`, packed)).toMatchObject({ outcome: 'loaded', counts: { loaded: 1 } });
    await expect(tryBytes('notes.txt', '')).rejects.toMatchObject({ code: 'MR_FILE_NAME_UNKNOWN' });
    await expect(tryBytes(NAME, '12345', 4)).rejects.toMatchObject({ code: 'MR_BODY_TOO_LARGE' });
    expect(await readdir(rig.at('spool'))).toEqual([]);
  });
});

describe('a dry run of a file of the ledger', () => {
  it('finds it where it waits, and leaves it there', async () => {
    const file = await rig.drop(NAME, detections(event('a', EARLY, 1)));
    expect(await leavingAll(() => tryFile(file))).toMatchObject({ outcome: 'loaded', counts: { loaded: 1 } });
    await rig.load(file);
  });

  it('finds it in quarantine, and says whether its feed takes it by now', async () => {
    const file = await rig.drop(NAME, detections(bad));
    await expect(rig.load(file)).rejects.toMatchObject({ code: 'MR_TOO_MANY_REJECTS' });
    expect(await leavingAll(() => tryFile(file))).toMatchObject({ outcome: 'quarantined' });
    const path = rig.away('quarantine', file, NAME);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace('17', '"seventeen", "detection_time": "2022-01-01T00:00:00Z", "detections": []'),
    );
    expect(await leavingAll(() => tryFile(file))).toMatchObject({ outcome: 'loaded', counts: { loaded: 1, rows: 0 } });
  });

  it('finds it in the archive, once its rows were taken back', async () => {
    const file = await load(NAME, detections(event('a', EARLY, 1)));
    expect(await leavingAll(() => tryFile(file))).toMatchObject({ outcome: 'duplicate', duplicateOf: file.id });
    const { run } = await rig.runAgain(file);
    const completion = (result: unknown) => ({ runId: run.runId, epoch: run.epoch, result });
    const unloader = new FileUnloader(rig.ledger, new FeedRegistry(SHIPPED_FEEDS));
    await unloader.unload(file.id, { runId: run.runId, completion });
    expect(await leavingAll(() => tryFile(file))).toMatchObject({ outcome: 'loaded', counts: { loaded: 1 } });
  });

  it('takes no other file for it that has its name by now', async () => {
    const file = await rig.drop(NAME, detections(event('a', EARLY, 1)));
    await writeFile(join(rig.inbox.path, 'other'), JSON.stringify(detections(event('b', EARLY, 1))));
    await rename(join(rig.inbox.path, 'other'), rig.at('inbox', NAME));
    await expect(tryFile(file)).rejects.toMatchObject({ code: 'MR_FILE_VANISHED' });
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileAccepted, FileDryRun, RunAccepted } from '@millrace/contracts';
import { Inbox } from '@millrace/ingest';
import { Database } from '@millrace/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, startApi, type ApiRig } from '../api-rig.contract.js';

const NAME = 'vehicles_status_20240718.json';
const BYTES = '{"vehicle_status":[{"vehicle_id":"a","report_time":"2024-01-01T00:00:00Z","status":"driving"},{}]}';

let folder: string;
let rig: ApiRig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-dry-runs-'));
  rig = await openApiRig({ home: folder, inbox: join(folder, 'inbox') });
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

const post = (url: string, payload: string, type = 'application/octet-stream') =>
  rig.app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
const tryOut = (payload: string, name = NAME) => post(`/files/dry-run?name=${name}`, payload);

describe('POST /files/dry-run', () => {
  it('says what a load of the bytes would do, without an inbox, and keeps nothing of them', async () => {
    const answer = await tryOut(BYTES);
    expect(answer.statusCode).toBe(200);
    expect(FileDryRun.parse(answer.json())).toMatchObject({
      ...{ file: NAME, feed: 'vehicles-status', outcome: 'loaded' },
      counts: { records: 2, loaded: 1, rejected: 1, rows: 1 },
      rejects: [{ index: 1, code: 'MR_RECORD_INVALID' }],
    });
    expect((await rig.app.inject({ url: '/files' })).json()).toEqual({ files: [], next: null });
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('answers a file that would be refused with its reason', async () => {
    expect((await tryOut('{"vehicle_status":')).json()).toMatchObject({
      ...{ outcome: 'quarantined', reason: { code: 'MR_FILE_TRUNCATED' }, counts: null },
    });
  });

  it("says what differs when the feed's table is somebody else's, and leaves that as it is", async () => {
    const csv = 'driver_id,name,licence,hired_on,vehicle_id,changed_at\nd,Ada,B,2020-01-01,,2024-01-01T00:00:00Z\n';
    const name = 'drivers_20260101_060000.csv';
    // No worker has made it yet: the trial makes one of its own.
    expect(FileDryRun.parse((await tryOut(csv, name)).json())).toMatchObject({ counts: { rows: 1 } });
    await rig.database.query('CREATE TABLE public.drivers (id bigint PRIMARY KEY, licence text NOT NULL)');
    expect(problemOf(await tryOut(csv, name))).toMatchObject({
      ...{ status: 409, code: 'MR_TABLE_UNFIT' },
      detail: expect.stringContaining('public.drivers lacks the column file_id') as string,
    });
    const { rows } = await rig.database.query<{ columns: number }>(
      `SELECT count(*)::int AS columns FROM information_schema.columns WHERE table_name = 'drivers'`,
    );
    expect(rows).toEqual([{ columns: 2 }]);
    await rig.database.query('DROP TABLE public.drivers');
  });

  it('refuses names that no feed takes, files that are too large, and what is no bytes', async () => {
    expect(problemOf(await tryOut(BYTES, 'notes.txt'))).toMatchObject({ status: 422, code: 'MR_FILE_NAME_UNKNOWN' });
    expect(problemOf(await tryOut(' '.repeat(1_001)))).toMatchObject({ status: 413, code: 'MR_BODY_TOO_LARGE' });
    expect(problemOf(await post(`/files/dry-run?name=${NAME}`, '{}', 'application/json'))).toMatchObject({
      status: 415,
    });
  });
});

describe('POST /files/dry-run with a role of the database that may not write', () => {
  it('says which right is missing', async () => {
    const role = `reader_${randomUUID().slice(0, 8)}`;
    await rig.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'; GRANT pg_read_all_data TO ${role}`);
    const url = new URL(rig.url);
    url.username = role;
    url.password = 'reader';
    const reading = await Database.open({ url: url.href, applicationName: 'spec' });
    const app = await startApi(reading, { home: folder, inbox: join(folder, 'inbox') });
    try {
      const answer = await app.inject({
        ...{ method: 'POST', url: `/files/dry-run?name=${NAME}`, payload: BYTES },
        headers: { 'content-type': 'application/octet-stream' },
      });
      expect(problemOf(answer)).toMatchObject({
        ...{ status: 500, code: 'MR_DATABASE_RIGHT_MISSING' },
        detail: expect.stringMatching(/permission denied for table .*GRANT/) as string,
      });
    } finally {
      await app.close();
      await reading.close();
      await rig.database.query(`DROP ROLE ${role}`);
    }
  });
});

describe('POST /files/:id/dry-run', () => {
  it('starts a run that tries the file', async () => {
    const folders = { inbox: join(folder, 'inbox'), archive: join(folder, 'archive'), quarantine: join(folder, 'bad') };
    await new Inbox(folders).prepare();
    const { id } = FileAccepted.parse((await post(`/files?name=${NAME}`, BYTES)).json());
    const answer = await rig.app.inject({ method: 'POST', url: `/files/${id}/dry-run` });
    expect(answer.statusCode).toBe(202);
    const { links } = RunAccepted.parse(answer.json());
    expect((await rig.app.inject({ url: links.self })).json()).toMatchObject({
      ...{ task: 'dry-run-file', state: 'queued', input: { fileId: id } },
    });
  });

  it.each(['01931b5c-9d2e-7f00-8000-000000000001', 'x'])('knows no file %s', async (id) => {
    const answer = await rig.app.inject({ method: 'POST', url: `/files/${id}/dry-run` });
    expect(problemOf(answer)).toMatchObject({ status: 404, code: 'MR_FILE_UNKNOWN' });
  });
});

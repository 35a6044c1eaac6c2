import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesReloading } from '@millrace/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig({ inbox: join(tmpdir(), 'no-inbox') });
});
afterAll(() => rig.close());
beforeEach(() =>
  rig.database.query(
    'TRUNCATE millrace.arrivals, millrace.contents, millrace.rejects, millrace.runs, millrace.deduplication_keys, millrace.idempotency_keys',
  ),
);

const MEBIBYTE = 1024 * 1024;

/** Ids of files in a state since so many hours, by their place; the first was found first. */
async function files(count: number, parts: { state?: string; feed?: string; hours?: number; size?: number } = {}) {
  const { state = 'failed', feed = 'vehicles-status', hours = 0, size = 10 } = parts;
  const { rows } = await rig.database.query<{ id: string }>(
    `INSERT INTO millrace.arrivals (id, feed, path, device, inode, size, mtime_ns, found_by, run_id, state, reason, ended_at)
     SELECT ('019ab000-0000-7000-8000-' || lpad((nextval(pg_get_serial_sequence('millrace.contents', 'id')))::text, 12, '0'))::uuid,
       $2, gen_random_uuid()::text, 1, n, $5, 1, 'scan', gen_random_uuid(), $3, '{"code": "EIO", "message": "EIO: i/o error, read"}',
       now() - $4 * interval '1 hour'
     FROM generate_series(1, $1) AS n RETURNING id`,
    [count, feed, state, hours, size],
  );
  return rows.map(({ id }) => id).sort();
}

const post = (payload: object, headers: Record<string, string> = {}) =>
  rig.app.inject({ method: 'POST', url: '/files/reload', payload, headers });
async function reload(payload: object, headers?: Record<string, string>) {
  const answer = await post({ state: 'failed', ...payload }, headers);
  expect(answer.statusCode).toBe(202);
  return FilesReloading.parse(answer.json());
}
const fileIdsOf = ({ runs }: FilesReloading) => runs.map(({ fileId }) => fileId);
const endRuns = () =>
  rig.database.query(`UPDATE millrace.runs SET state = 'failed', error = '{}', finished_at = clock_timestamp()`);
const runsOf = async () =>
  (
    await rig.database.query<{ id: string; task: string; input: unknown; trigger: string }>(
      'SELECT id, task_id AS task, input, trigger FROM millrace.runs ORDER BY id',
    )
  ).rows;

describe('POST /files/reload', () => {
  it('starts a run for each file that fits, page by page, and says how many are left', async () => {
    const ids = await files(5);
    const first = await reload({ limit: 2 });
    expect(first).toMatchObject({ reloading: 2, left: 3 });
    const second = await reload({ limit: 2 });
    const third = await reload({ limit: 2 });
    expect(third).toMatchObject({ reloading: 1, left: 0 });
    expect([first, second, third].flatMap(fileIdsOf)).toEqual(ids);
    expect(await reload({})).toEqual({ reloading: 0, left: 0, runs: [] });
    expect(await runsOf()).toEqual(
      [first, second, third].flatMap(({ runs }) =>
        runs.map(({ fileId, runId }) => ({
          ...{ id: runId, task: 'load-file', trigger: 'api' },
          input: { fileId, again: true },
        })),
      ),
    );
  });

  it('takes files in the state, of the feed and since the time that are asked for', async () => {
    await files(1, { state: 'quarantined' });
    await files(1, { feed: 'objects-detection' });
    await files(1, { hours: 3 });
    const [wanted] = await files(1, { hours: 1 });
    const since = new Date(Date.now() - 2 * 3_600_000).toISOString();
    expect(fileIdsOf(await reload({ feed: 'vehicles-status', since }))).toEqual([wanted]);
    expect(await reload({ state: 'quarantined' })).toMatchObject({ reloading: 1, left: 0 });
  });

  it('gives a large file a job of its own', async () => {
    const [id] = await files(1, { size: 100 * MEBIBYTE });
    await reload({});
    expect(await runsOf()).toMatchObject([{ task: 'load-large-file' }]);
    const alone = await rig.app.inject({ method: 'POST', url: `/files/${String(id)}/reload` });
    expect(alone.json()).toMatchObject({ task: 'load-large-file' });
  });

  it('takes a file again whose run has failed as well', async () => {
    const ids = await files(1);
    await reload({});
    await endRuns();
    expect(fileIdsOf(await reload({}))).toEqual(ids);
  });

  it('takes files that failed again behind those that nobody has tried yet', async () => {
    const ids = await files(4, { hours: 1 });
    const tried = fileIdsOf(await reload({ limit: 2 }));
    await endRuns();
    await rig.database.query('UPDATE millrace.arrivals SET ended_at = now() WHERE id = ANY ($1)', [tried]);
    expect([...tried, ...fileIdsOf(await reload({ limit: 2 }))]).toEqual(ids);
  });

  it('gives each file one run when it is asked by many at once', async () => {
    const ids = await files(20);
    const answers = await Promise.all(Array.from({ length: 4 }, () => reload({})));
    expect(answers.flatMap(fileIdsOf).sort()).toEqual(ids);
    expect(await runsOf()).toHaveLength(20);
  });

  it('gives the same answer for the same idempotency key and body, and refuses another body', async () => {
    await files(3);
    const headers = { 'idempotency-key': 'k' };
    const first = await reload({ limit: 2 }, headers);
    await endRuns();
    expect(await reload({ limit: 2 }, headers)).toEqual(first);
    expect(await runsOf()).toHaveLength(2);
    expect(problemOf(await post({ state: 'failed', limit: 3 }, headers))).toMatchObject({
      ...{ status: 409, code: 'MR_IDEMPOTENCY_CONFLICT' },
    });
  });

  it.each([
    [{}, '/state'],
    [{ state: 'loaded' }, '/state'],
    [{ state: 'failed', limit: 1_001 }, '/limit'],
    [{ state: 'failed', since: 'yesterday' }, '/since'],
    [{ state: 'failed', feeds: 'x' }, '/feeds'],
  ])('refuses %j, and names %s', async (body, pointer) => {
    expect(problemOf(await post(body))).toMatchObject({
      ...{ status: 422, code: 'MR_REQUEST_INVALID' },
      errors: [{ pointer }],
    });
  });
});

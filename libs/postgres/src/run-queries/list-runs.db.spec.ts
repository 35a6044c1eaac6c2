import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SqlExecutor } from '../database.js';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { listRuns } from './list-runs.js';
import type { RunFilter } from './run-filter.js';
import type { RunListing } from './run-listing.js';
import { RunQueries } from './run-queries.repository.js';

let rig: DatabaseRig;
let queries: RunQueries;
beforeAll(async () => {
  rig = await openDatabaseRig();
  queries = new RunQueries(rig.database);
});
afterAll(() => rig.close());
beforeEach(() => rig.database.query('TRUNCATE millrace.runs, millrace.run_tags, millrace.calls'));

const scene = storeScene(() => rig);
const create = async (run: Parameters<typeof scene.create>[0] = {}) => (await scene.create(run)).runId;
const end = async (runId: string) => scene.succeed(await scene.claim({ runId, delivery: 1 }), '1');
const fail = async (runId: string, code: string, message: string) => {
  const { epoch } = await scene.claim({ runId, delivery: 1 });
  await rig.store.finish({ runId, epoch, status: 'failed', error: { code, message } });
};
const list = (filter: RunFilter, page: Partial<RunListing> = {}) => queries.list({ filter, limit: 50, ...page });
const idsOf = async (filter: RunFilter, page: Partial<RunListing> = {}) =>
  (await list(filter, page)).runs.map(({ id }) => id);
/** The ids of all pages, each of so many. */
async function walk(filter: RunFilter, page: Partial<RunListing> & { limit: number }) {
  const ids: string[] = [];
  let after: RunListing['after'];
  do {
    const found = await list(filter, { ...page, after });
    ids.push(...found.runs.map(({ id }) => id));
    after = found.next;
  } while (after !== undefined);
  return ids;
}

describe('a list of runs', () => {
  it('has the newest or the oldest first, and goes on behind the last one seen', async () => {
    const ids = [await create(), await create(), await create()];
    expect(await walk({}, { limit: 2 })).toEqual([...ids].reverse());
    expect(await walk({}, { limit: 2, sort: 'oldest' })).toEqual(ids);
  });

  it('can be narrowed to a task and to states', async () => {
    const queued = await create({ taskId: 'other' });
    const [succeeded, failed] = [await create({ taskId: 'hello' }), await create({ taskId: 'hello' })];
    await end(succeeded);
    await fail(failed, 'E', 'no');
    expect(await idsOf({ taskId: 'other' })).toEqual([queued]);
    expect(await idsOf({ states: ['queued', 'running'] })).toEqual([queued]);
    expect(await idsOf({ states: ['failed'] })).toEqual([failed]);
    expect(await idsOf({ states: ['failed', 'succeeded'] })).toEqual([failed, succeeded]);
    expect(await idsOf({ taskId: 'hello', states: ['queued'] })).toEqual([]);
  });

  it('can be narrowed to a time of creation, the start included and the end not', async () => {
    const id = await create();
    const createdAt = new Date((await queries.summary(id))?.createdAt ?? NaN);
    const after = new Date(createdAt.getTime() + 1);
    expect(await idsOf({ createdAfter: createdAt, createdBefore: after })).toEqual([id]);
    expect(await idsOf({ createdBefore: createdAt })).toEqual([]);
    expect(await idsOf({ createdAfter: after })).toEqual([]);
  });

  it('can be narrowed to the children of a run, or to runs without a parent', async () => {
    const parent = await create();
    const claimed = await scene.claim({ runId: parent, delivery: 1 });
    const [child] = await scene.openCall(claimed, 1);
    expect(await idsOf({ parentId: parent })).toEqual([child?.runId]);
    expect(await idsOf({ rootOnly: true })).toEqual([parent]);
  });
});

describe('runs by their tags', () => {
  it('are those that have all of them, the newest first, whatever the tags are made of', async () => {
    const odd = 'team "{a}\\b" ü';
    const [one, both] = [await create({ tags: [odd] }), await create({ tags: ['night', odd] })];
    await create();
    expect(await idsOf({ tags: [odd] })).toEqual([both, one]);
    expect(await idsOf({ tags: [odd, 'night'] })).toEqual([both]);
    expect(await idsOf({ tags: ['night'], states: ['failed'] })).toEqual([]);
    expect((await queries.summary(both))?.tags).toEqual(['night', odd]);
    expect(await walk({ tags: [odd] }, { limit: 1, sort: 'oldest' })).toEqual([one, both]);
  });

  it('are found from a tag, however many runs there are, and errors among the failed alone', async () => {
    await rig.database.query(`
      INSERT INTO millrace.runs (id, task_id, queue, state, trigger, max_attempts, input, root_id, tags)
      SELECT id, 't', 'q', 'queued', 'api', 1, '1', id, CASE WHEN n % 1000 = 0 THEN ARRAY['rare'] END
      FROM (SELECT lpad(to_hex(n), 32, '0')::uuid AS id, n FROM generate_series(1, 20000) AS n) AS new`);
    await rig.database.query(
      `INSERT INTO millrace.run_tags SELECT 'rare', id FROM millrace.runs WHERE tags IS NOT NULL`,
    );
    for (const table of ['runs', 'run_tags']) await rig.database.query(`ANALYZE millrace.${table}`);
    expect(await planOf({ filter: { tags: ['rare'] }, limit: 5 })).toMatch(/Index.* Scan .*run_tags_pkey/);
    expect(await planOf({ filter: { error: 'x' }, limit: 5 })).toContain('runs_unsuccessful');
  });
});

/** The plan of the first statement of a page. */
async function planOf(listing: RunListing): Promise<string> {
  const lines: string[] = [];
  const explained: SqlExecutor = {
    async query(text, params) {
      const { rows } = await rig.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, params);
      if (lines.length === 0) lines.push(...rows.map((row) => row['QUERY PLAN']));
      return { rows: [], rowCount: 0 };
    },
  };
  await listRuns(explained, listing);
  return lines.join('\n');
}

describe('runs by the text of their error', () => {
  it('are those whose code or message contains it, in capitals or not, and as it stands', async () => {
    const [refused, percent, other] = [await create(), await create(), await create()];
    await fail(refused, 'ECONNREFUSED', 'connect to 10.0.0.1');
    await fail(percent, 'E', 'Disk is 100% full of "code" \\ path');
    await fail(other, 'E', 'Disk is 100 full');
    expect(await idsOf({ error: 'econnref' })).toEqual([refused]);
    expect(await idsOf({ error: 'disk is' })).toEqual([other, percent]);
    expect(await idsOf({ error: '100% FULL' })).toEqual([percent]);
    expect(await idsOf({ error: '\\ p' })).toEqual([percent]);
    expect(await idsOf({ error: 'message' })).toEqual([]);
    expect(await walk({ error: 'disk' }, { limit: 1, sort: 'oldest' })).toEqual([percent, other]);
  });

  it('are looked for in so many failed runs at a time, and a page says which', async () => {
    const oldest = await create();
    await fail(oldest, 'E', 'a needle');
    await rig.database.query(`
      INSERT INTO millrace.runs (id, task_id, queue, state, trigger, max_attempts, input, root_id, error, finished_at)
      SELECT id, 't', 'q', 'failed', 'api', 1, '1', id, '{"code":"E","message":"hay"}', now()
      FROM (SELECT ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id FROM generate_series(1, 10000) AS n) AS new`);
    const first = await list({ error: 'needle' });
    expect(first).toMatchObject({ runs: [], window: { runs: 10_000 } });
    expect(first.next).toBeDefined();
    expect(first.window?.until.getTime()).toBeGreaterThanOrEqual(first.window?.since.getTime() ?? Infinity);
    const second = await list({ error: 'needle' }, { after: first.next });
    expect(second).toMatchObject({ runs: [{ id: oldest }], next: undefined, window: undefined });
    const common = await list({ error: 'hay' });
    expect(common.window).toBeUndefined();
    expect(common.next).toBeDefined();
  });
});

describe('the longest runs first', () => {
  /** Four runs: two that took so long, one that still runs, one that nobody has taken. */
  async function someRuns() {
    const [short, long, running, queued] = [await create(), await create(), await create(), await create()];
    for (const id of [short, long]) await end(id);
    await scene.claim({ runId: running, delivery: 1 });
    const set = (id: string, values: string) =>
      rig.database.query(`UPDATE millrace.runs SET ${values} WHERE id = $1`, [id]);
    await set(
      short,
      `created_at = now() - interval '90 s', started_at = now() - interval '60 s', finished_at = now() - interval '59 s'`,
    );
    await set(
      long,
      `created_at = now() - interval '60 s', started_at = now() - interval '50 s', finished_at = now() - interval '20 s'`,
    );
    await set(running, `created_at = now() - interval '10 s', started_at = now() - interval '9 s'`);
    await set(queued, `created_at = now() - interval '20 s'`);
    return { short, long, running, queued };
  }

  it('by their duration: those that have started, what still runs as long as it has', async () => {
    const { short, long, running } = await someRuns();
    expect(await walk({}, { sort: 'duration', limit: 1 })).toEqual([long, running, short]);
  });

  it('by their queue time: what still waits as long as it has', async () => {
    const { short, long, running, queued } = await someRuns();
    expect(await walk({}, { sort: 'queueTime', limit: 3 })).toEqual([short, queued, long, running]);
  });

  it('pages through the runs of the first page, whatever comes in meanwhile', async () => {
    const { short, long, running } = await someRuns();
    const first = await list({}, { sort: 'duration', limit: 1 });
    await scene.claim({ runId: await create(), delivery: 1 });
    const rest = await list({}, { sort: 'duration', limit: 9, after: first.next });
    expect([...first.runs, ...rest.runs].map(({ id }) => id)).toEqual([long, running, short]);
    expect(rest).toMatchObject({ next: undefined, window: undefined });
  });

  it('says of how many when there are more than it sorts', async () => {
    await rig.database.query(`
      INSERT INTO millrace.runs (id, task_id, queue, state, trigger, max_attempts, input, root_id)
      SELECT id, 't', 'q', 'queued', 'api', 1, '1', id
      FROM (SELECT lpad(to_hex(n), 32, '0')::uuid AS id FROM generate_series(1, 10001) AS n) AS new`);
    expect(await list({}, { sort: 'queueTime' })).toMatchObject({ window: { runs: 10_000 } });
    expect(await list({ taskId: 'none' }, { sort: 'queueTime' })).toMatchObject({ runs: [], window: undefined });
  });
});

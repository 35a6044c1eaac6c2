import type { NewRun } from '@millrace/runs';
import { newRunId } from '@millrace/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { RunStatistics } from './run-statistics.js';
import { type StatisticRow, StatisticsQueries } from './statistics-queries.repository.js';

let rig: DatabaseRig;
let queries: StatisticsQueries;
beforeAll(async () => {
  rig = await openDatabaseRig();
  queries = new StatisticsQueries(rig.database);
});
afterAll(() => rig.close());

const HOUR_AGO = new Date(Date.now() - 3_600_000);
const newRun = (taskId: string): NewRun => ({
  ...{ id: newRunId(), taskId, queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 1 },
});
const end = async (taskId: string, status: 'succeeded' | 'failed') => {
  const run = newRun(taskId);
  await rig.store.create(run);
  const claimed = await rig.store.claim(run.id, 1, rig.workerId);
  if (claimed === undefined) throw new Error('not claimed');
  const outcome =
    status === 'succeeded' ? { status, result: '1' } : { status, error: { code: 'MR_FATAL', message: 'no' } };
  await rig.store.finish({ ...claimed, ...outcome });
};
/** What the statistics say of a task, without the buckets. */
const countsOf = async (taskId: string, grain: 60 | 3600 = 60) => {
  const counts: Record<string, number> = {};
  for (const row of await queries.ofTasks({ grain, since: HOUR_AGO })) {
    if (row.taskId === taskId) counts[row.measure] = (counts[row.measure] ?? 0) + row.n;
  }
  return counts;
};
const unfolded = async () => (await rig.database.query('SELECT FROM millrace.run_ends')).rowCount;

describe('the statistics of runs', () => {
  it('count ends at once, and the same once they are folded, in minutes and in hours', async () => {
    for (let n = 0; n < 3; n += 1) await end('counted', 'succeeded');
    await end('counted', 'failed');
    const expected = { succeeded: 3, failed: 1, queued: 4, ran: 4 };
    expect(await countsOf('counted')).toEqual(expected);
    await new RunStatistics(rig.database).runOnce();
    expect(await unfolded()).toBe(0);
    expect(await countsOf('counted')).toEqual(expected);
    await end('counted', 'succeeded');
    await new RunStatistics(rig.database).runOnce();
    expect(await countsOf('counted')).toEqual({ succeeded: 4, failed: 1, queued: 5, ran: 5 });
    expect(await countsOf('counted', 3_600)).toEqual({ succeeded: 4, failed: 1, queued: 5, ran: 5 });
  });

  it('count each end once, however many processes fold at a time', async () => {
    await Promise.all(Array.from({ length: 40 }, () => end('contended', 'succeeded')));
    const told: StatisticRow[] = [];
    const fold = () => new RunStatistics(rig.database, (counts) => told.push(...counts)).runOnce();
    await Promise.all(Array.from({ length: 6 }, fold));
    await fold();
    const ends = told.filter(({ taskId, measure }) => taskId === 'contended' && measure === 'succeeded');
    expect(ends.reduce((sum, { n }) => sum + n, 0)).toBe(40);
    expect(await countsOf('contended')).toMatchObject({ succeeded: 40, ran: 40 });
  });

  it('lose no end that commits while others are folded', async () => {
    const late = await rig.database.pool.connect();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO millrace.run_ends (task_id, queue, state, queued_ms, ran_ms)
       VALUES ('late', 'default', 'cancelled', '{NULL}', '{NULL}')`,
    );
    await end('early', 'succeeded');
    await new RunStatistics(rig.database).runOnce();
    await late.query('COMMIT');
    late.release();
    expect(await countsOf('late')).toEqual({ cancelled: 1 });
    await new RunStatistics(rig.database).runOnce();
    expect(await countsOf('late')).toEqual({ cancelled: 1 });
    expect(await countsOf('early')).toMatchObject({ succeeded: 1 });
  });

  it('put times into buckets of at most a fifth of their length', async () => {
    await rig.database.query(
      `INSERT INTO millrace.run_ends (task_id, queue, state, queued_ms, ran_ms)
       VALUES ('timed', 'default', 'succeeded', '{0.01, 0.5, 1}', '{16, 17, 60000}')`,
    );
    const rows = await queries.ofTasks({ grain: 60, since: HOUR_AGO });
    const buckets = (measure: string) =>
      rows.filter((row) => row.taskId === 'timed' && row.measure === measure).map(({ bucket }) => bucket);
    expect(buckets('queued').sort((a, b) => a - b)).toEqual([-13, -4, 0]);
    expect(buckets('ran').sort((a, b) => a - b)).toEqual([16, 17, 64]);
  });

  it('know what is on its way by task and queue, and how long the oldest has been queued', async () => {
    const run = newRun('waiting-task');
    await rig.store.create(run);
    await rig.store.create({ ...newRun('waiting-task'), dueAt: new Date(Date.now() + 3_600_000) });
    await rig.database.query(
      `UPDATE millrace.runs SET queued_at = queued_at - interval '1 minute', due_at = due_at - interval '1 minute' WHERE id = $1`,
      [run.id],
    );
    const { depths, complete } = await queries.queueDepths();
    const depth = depths.find(({ taskId }) => taskId === 'waiting-task');
    expect(depth).toMatchObject({ queue: 'default', queued: 2, running: 0, waiting: 0 });
    expect(depth?.oldestQueuedMs).toBeGreaterThanOrEqual(60_000);
    expect(complete).toBe(true);
    await new RunStatistics(rig.database).runOnce();
    const [sample] = await queries.depthTimeline(HOUR_AGO, 3_600);
    expect(sample).toMatchObject({ queued: 2 });
  });
});

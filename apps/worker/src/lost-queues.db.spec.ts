import 'reflect-metadata';
import { migrateQueueSchema, TASK_QUEUE, TaskQueueModule } from '@millrace/bullmq';
import { loadConfig } from '@millrace/config';
import type { TaskQueue } from '@millrace/engine';
import { PostgresQueueSentinels } from '@millrace/postgres';
import { openDatabaseRig } from '@millrace/postgres/database-rig.contract';
import { sweepOn } from '@millrace/postgres/engine-on-postgres.contract';
import { silentLogger } from '@millrace/telemetry';
import { describeWithPrograms, startRedis, waitFor } from '@millrace/testing';
import { NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** Several pages. */
const RUNS = 5_000;
/** What one call may deliver. */
const PAGE = 1_000;
/** Each test waits three times: whichever of them is in vain says so before the test's own 30 s are over. */
const WITHIN = { deadline: 9_000 };

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describeWithPrograms(['redis-server'], 'a Redis that is replaced by an empty one', () => {
  it('has all its queued runs again, a page after the other, without waiting for them to be overdue', async () => {
    const redis = await startRedis();
    if (redis === undefined) throw new Error('no redis-server');
    undo.push(redis.stop);
    const started = await startSweep({ REDIS_URL: redis.url });
    await redis.stop();
    const empty = await startRedis([], Number(new URL(redis.url).port));
    undo.push(async () => empty?.stop());
    await expectRestored(started);
  });
});

describe('a job table in PostgreSQL that is truncated', () => {
  it('has all its queued runs again, a page after the other, without waiting for them to be overdue', async () => {
    const started = await startSweep({});
    await started.database.query('TRUNCATE bullmq.job CASCADE');
    await expectRestored(started);
  });
});

/** A sweep over many runs that all have their job, and that has seen the queue whole. */
async function startSweep(env: { REDIS_URL?: string }) {
  const { url, database, close } = await openDatabaseRig();
  undo.push(close);
  const config = loadConfig({ DATABASE_URL: url, ...env });
  if (env.REDIS_URL === undefined) await migrateQueueSchema(url);
  const module = TaskQueueModule.forRoot({ config, queues: ['default'], logger: silentLogger });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  undo.push(() => app.close());
  const queue = app.get<TaskQueue>(TASK_QUEUE);
  const sentinels = new PostgresQueueSentinels(database);
  const sweep = sweepOn(database, queue, { inTouchMs: () => 0 });
  await queue.setSentinels(['default'], 'none');
  await database.query(
    `INSERT INTO millrace.runs (id, task_id, queue, state, trigger, input, root_id, max_attempts)
     SELECT id, 't', 'default', 'queued', 'api', '{}', id, 1
     FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)) AS made`,
    [RUNS],
  );
  await database.query(`INSERT INTO millrace.queue_sentinels (queue, value, changed_at)
    VALUES ('default', gen_random_uuid(), clock_timestamp() - interval '1 minute')`);
  await waitFor(async () => (await sweep.runOnce())['restored'] === 0, WITHIN);
  await database.query(`UPDATE millrace.queue_sentinels SET changed_at = changed_at - interval '6 seconds'`);
  return { sweep, queue, sentinels, database };
}

async function expectRestored({ sweep, queue, sentinels }: Awaited<ReturnType<typeof startSweep>>) {
  const lost = await sentinels.queuedRuns(['default'], undefined, RUNS);
  expect(lost).toHaveLength(RUNS);
  const before = sweep.totals['restored'] ?? 0;
  await waitFor(async () => (await queue.missing(lost.slice(0, 1))).length === 1, WITHIN);
  const deliver = vi.spyOn(queue, 'deliver');
  sweep.start();
  undo.push(() => sweep.stop());
  await waitFor(() => (sweep.totals['restored'] ?? 0) >= before + RUNS, WITHIN);
  const pages = deliver.mock.calls.map(([deliveries]) => deliveries.length);
  expect(pages.length).toBeGreaterThan(1);
  expect(Math.max(...pages)).toBeLessThanOrEqual(PAGE);
  // The walk over overdue runs may have found some of them too, and given them the next number.
  const now = await sentinels.queuedRuns(['default'], undefined, RUNS);
  expect(await queue.missing(now)).toEqual([]);
}

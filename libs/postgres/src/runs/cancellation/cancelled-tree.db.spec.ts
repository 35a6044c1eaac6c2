import { Dispatcher, InMemoryTaskQueue, RunCanceller, RunStarter, TaskRegistry } from '@millrace/engine';
import { defineTask, type TaskContext } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { executorOn, sweepOn } from '../../engine-on-postgres.contract.js';
import { PostgresRunCancellation } from './postgres-run-cancellation.js';

const CHILDREN = 1_000;
/** Runs that each of two workers executes at once. */
const SLOTS = 20;

describe('a cancelled tree with children in every state, on two workers that share nothing but PostgreSQL', () => {
  const abortedAt: number[] = [];
  let running = 0;

  const held = defineTask({ id: 'held', input: z.object({}), result: z.null(), queue: 'none', run: async () => null });
  const leaf = (queue: string) =>
    defineTask({
      id: `leaf-${queue}`,
      input: z.number(),
      result: z.null(),
      queue,
      async run(n, ctx: TaskContext): Promise<null> {
        if (n % 4 === 0) return null;
        if (n % 4 === 1) return ctx.invoke(held, {});
        running += 1;
        return new Promise<null>((_, reject) => {
          ctx.signal.addEventListener('abort', () => {
            abortedAt.push(performance.now());
            reject(ctx.signal.reason as Error);
          });
        });
      },
    });
  const [east, west] = [leaf('east'), leaf('west')];
  const tree = defineTask({
    id: 'tree',
    input: z.object({}),
    result: z.null(),
    queue: 'root',
    async run(_, ctx) {
      const inputs = Array.from({ length: CHILDREN / 2 }, (_, n) => n);
      await Promise.all([ctx.mapSettled(east, inputs), ctx.map(west, inputs)]);
      return null;
    },
  });

  const stops: (() => Promise<unknown>)[] = [];
  let rig: DatabaseRig;
  let starter: RunStarter;
  let canceller: RunCanceller;
  beforeAll(async () => {
    rig = await openDatabaseRig({ poolSize: 6 });
    const queue = new InMemoryTaskQueue();
    const registry = TaskRegistry.from([held, east, west, tree].map((value) => ({ value, origin: 'spec' })));
    for (const name of ['east', 'west', 'root']) {
      const own = await rig.connect(6);
      stops.push(queue.work(name, await executorOn(own, queue, registry), SLOTS));
      const sweep = sweepOn(own, queue, { leaseMs: 60_000, inTouchMs: () => 0 });
      sweep.start();
      stops.push(() => sweep.stop());
    }
    const dispatcher = new Dispatcher(rig.store, queue, silentLogger);
    starter = new RunStarter(registry, rig.store, dispatcher);
    canceller = new RunCanceller(new PostgresRunCancellation(rig.database), dispatcher);
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
    await rig.close();
  });

  const read = async (sql: string, rootId: string) =>
    (await rig.database.query<{ state: string; n: number }>(sql, [rootId])).rows;
  const states = async (rootId: string) => {
    const rows = await read(
      'SELECT state, count(*)::int AS n FROM millrace.runs WHERE root_id = $1 GROUP BY state',
      rootId,
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n])) as Record<string, number>;
  };
  const claims = async (rootId: string) =>
    (await read('SELECT sum(epoch)::int AS n FROM millrace.runs WHERE root_id = $1', rootId))[0]?.n;

  it(
    'ends on all of them, runs told within 2 s of the answer and none claimed after it',
    { timeout: 60_000 },
    async () => {
      const { runId } = await starter.start({ taskId: 'tree', input: {}, trigger: 'api' });
      // Every slot of both workers is taken by a run that ends at its signal alone.
      await waitFor(() => running === 2 * SLOTS, { deadline: 30_000 });
      await waitFor(async () => (await states(runId))['running'] === 2 * SLOTS, { deadline: 30_000 });
      const before = await states(runId);
      expect(Object.keys(before).sort()).toEqual(['queued', 'running', 'succeeded', 'waiting']);
      expect(before['queued']).toBeGreaterThan(500);

      await canceller.cancel(runId);
      const answeredAt = performance.now();
      const claimed = await claims(runId);

      await waitFor(() => abortedAt.length === 2 * SLOTS, { deadline: 30_000 });
      expect(Math.max(...abortedAt) - answeredAt).toBeLessThan(2_000);
      await waitFor(async () => Object.keys(await states(runId)).length === 2, { deadline: 30_000 });
      const { succeeded = 0, cancelled = 0 } = await states(runId);
      expect(succeeded).toBe(before['succeeded']);
      expect(cancelled).toBe(Object.values(before).reduce((sum, n) => sum + n, 0) - succeeded);
      expect(await claims(runId)).toBe(claimed);
      await waitFor(async () => (await rig.database.query('SELECT FROM millrace.cancel_marks')).rowCount === 0);
    },
  );
});

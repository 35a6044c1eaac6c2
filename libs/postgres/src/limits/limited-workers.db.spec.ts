import {
  describeWorker,
  Dispatcher,
  InMemoryTaskQueue,
  publishTask,
  RunStarter,
  TaskRegistry,
  type Executor,
  type Sweep,
} from '@millrace/engine';
import { defineTask } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { executorOn, sweepOn } from '../engine-on-postgres.contract.js';
import { PostgresTaskDefinitions } from '../runs/creation/postgres-task-definitions.js';
import { PostgresWorkerLeases } from '../runs/claims/postgres-worker-leases.js';

/** What the tasks themselves see of each other, by name. */
const inside = new Map<string, number>();
const most = new Map<string, number>();
const stay = async (names: readonly string[], ms: number) => {
  for (const name of names) {
    inside.set(name, (inside.get(name) ?? 0) + 1);
    most.set(name, Math.max(most.get(name) ?? 0, inside.get(name) ?? 0));
  }
  await delay(ms);
  for (const name of names) inside.set(name, (inside.get(name) ?? 0) - 1);
};
const claimedAt: number[] = [];

const keyed = defineTask({
  id: 'keyed',
  input: z.object({ key: z.string() }),
  result: z.null(),
  concurrency: { key: ({ key }) => key, limit: 4 },
  run: ({ key }) => stay([key, 'all of keyed'], 3).then(() => null),
});
const single = defineTask({
  id: 'single',
  input: z.number(),
  result: z.number(),
  concurrency: { key: () => 'one', limit: 1 },
  async run(n, ctx): Promise<number> {
    await stay(['single'], 1);
    return n === 0 ? 0 : 1 + (await ctx.invoke(single, n - 1));
  },
});
const fanOut = defineTask({
  id: 'fan-out',
  input: z.number(),
  result: z.number(),
  async run(n, ctx) {
    const inputs = Array.from({ length: n }, (_, i) => ({ key: `fan ${i % 3}` }));
    return (await ctx.mapSettled(keyed, inputs, { concurrency: 7 })).length;
  },
});
const paced = defineTask({
  id: 'paced',
  input: z.null(),
  result: z.null(),
  rateLimit: { max: 5, per: '200ms' },
  async run() {
    claimedAt.push(performance.now());
    return null;
  },
});

describe('limits over three workers', () => {
  const queue = new InMemoryTaskQueue();
  let rig: DatabaseRig;
  let stopWork: () => Promise<void>;
  let starter: RunStarter;
  let sweep: Sweep;

  beforeAll(async () => {
    rig = await openDatabaseRig({ poolSize: 5 });
    const registry = TaskRegistry.from([keyed, single, fanOut, paced].map((value) => ({ value, origin: 'spec' })));
    await new PostgresTaskDefinitions(rig.database).publish(registry.all().map(publishTask));
    const workers: Executor[] = [];
    // Each with connections and group commits of its own, as a process has them.
    for (let n = 0; n < 3; n += 1) workers.push(await executorOn(await rig.connect(4), queue, registry));
    let turn = 0;
    const handle = (payload: Parameters<Executor['handle']>[0]) => (workers[turn++ % 3] as Executor).handle(payload);
    stopWork = queue.work('default', { handle }, 60);
    starter = new RunStarter(registry, rig.store, new Dispatcher(rig.store, queue, silentLogger));
    sweep = sweepOn(rig.database, queue);
  });
  afterAll(async () => {
    await stopWork();
    await rig.close();
  });

  const start = async (task: { readonly id: string }, input: unknown) =>
    (await starter.start({ taskId: task.id, input, trigger: 'api' })).runId;
  const states = async (ids: readonly string[]) => {
    const { rows } = await rig.database.query<{ state: string; attempt: number }>(
      'SELECT DISTINCT state, attempt FROM millrace.runs WHERE id = ANY ($1::uuid[])',
      [ids],
    );
    return rows;
  };
  const ended = (ids: readonly string[]) =>
    waitFor(async () => (await states(ids)).every(({ state }) => state === 'succeeded'), { deadline: 30_000 });

  it('never execute more runs of a key at once than its limit, and execute them all', { timeout: 60_000 }, async () => {
    const runs = await Promise.all(Array.from({ length: 200 }, (_, n) => start(keyed, { key: `k${n % 2}` })));
    await ended(runs);
    expect([most.get('k0'), most.get('k1')]).toEqual([4, 4]);
    expect(await states(runs)).toEqual([{ state: 'succeeded', attempt: 1 }]);
  });

  it('do not deadlock on a run that invokes one of its own key', { timeout: 60_000 }, async () => {
    await ended(await Promise.all([start(single, 5), start(single, 5), start(single, 5)]));
    expect(most.get('single')).toBe(1);
  });

  it('hold a map to its concurrency and its children to their keys', { timeout: 60_000 }, async () => {
    most.clear();
    await ended([await start(fanOut, 90)]);
    expect(most.get('all of keyed')).toBeLessThanOrEqual(7);
    for (const key of ['fan 0', 'fan 1', 'fan 2']) expect(most.get(key)).toBeLessThanOrEqual(4);
  });

  it(
    'claim no more runs in any period than the rate, in the order of their creation',
    { timeout: 60_000 },
    async () => {
      const runs = [];
      for (let n = 0; n < 16; n += 1) runs.push(await start(paced, null));
      await ended(runs);
      const times = claimedAt.toSorted((a, b) => a - b);
      // From the claim to the function's first line it takes a few milliseconds, more for one than for another.
      const gaps = times.slice(5).map((time, n) => time - (times[n] as number));
      expect(Math.min(...gaps)).toBeGreaterThan(150);
      const { rows } = await rig.database.query<{ id: string; at: Date }>(
        'SELECT id, started_at AS at FROM millrace.runs WHERE id = ANY ($1::uuid[]) ORDER BY started_at, id',
        [runs],
      );
      // The claims themselves, by the server's clock.
      for (const [n, { at }] of rows.slice(5).entries()) {
        expect(at.getTime() - (rows[n]?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(200 - 1);
      }
      expect(
        rows
          .slice(0, 5)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(runs.slice(0, 5).sort());
      expect(await states(runs)).toEqual([{ state: 'succeeded', attempt: 1 }]);
    },
  );

  it('give the slots of a killed worker back with its lease', { timeout: 60_000 }, async () => {
    const { store, database } = rig;
    const leases = new PostgresWorkerLeases(database);
    const dead = describeWorker(['elsewhere']);
    await leases.renew(dead, 600_000);
    const gate = 'key:keyed:dead';
    const create = async () => {
      const common = { taskId: 'keyed', queue: 'elsewhere', input: '{"key":"dead"}', trigger: 'api' } as const;
      const run = { ...common, id: crypto.randomUUID(), priority: 0, maxAttempts: 3, gates: [gate] };
      await store.create(run);
      return run.id;
    };
    const held = await Promise.all(Array.from({ length: 4 }, create));
    for (const { runId, delivery } of (await store.admit(gate)).deliveries) await store.claim(runId, delivery, dead.id);
    const next = await create();
    expect((await store.admit(gate)).deliveries).toEqual([]);
    const admitted = async (id: string) => {
      const { rows } = await rig.database.query('SELECT FROM millrace.runs WHERE id = $1 AND admitted = delivery', [
        id,
      ]);
      return rows.length === 1;
    };
    expect(await admitted(next)).toBe(false);
    await leases.release(dead.id);
    await waitFor(async () => {
      await sweep.runOnce();
      return admitted(next);
    });
    expect(await states(held)).toEqual([{ state: 'queued', attempt: 2 }]);
  });
});

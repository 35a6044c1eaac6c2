import {
  Dispatcher,
  type Executor,
  InMemoryTaskQueue,
  publishTask,
  RunCanceller,
  RunStarter,
  TaskRegistry,
} from '@millrace/engine';
import { defineTask, FatalError, SnoozeError } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import fc from 'fast-check';
import { setTimeout as work } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Database, SqlExecutor } from '../database.js';
import { holdLease, openDatabaseRig } from '../database-rig.contract.js';
import { executorOn, repairPartsOn, sweepOn } from '../engine-on-postgres.contract.js';
import { PostgresRunCancellation } from '../runs/cancellation/postgres-run-cancellation.js';
import { PostgresWorkerLeases } from '../runs/claims/postgres-worker-leases.js';
import { PostgresTaskDefinitions } from '../runs/creation/postgres-task-definitions.js';

const LIMIT = 1;
const WORKERS = 3;

const REFUSED = /^\/\* runs\.(finish|requeue|suspend|cancel-executions|find-own-claims) \*\//;

/** The next of random numbers from 0 to 99. */
type Dice = () => number;

/**
 * Of a hundred ends, and looks for own claims, this refuses five; of a hundred statements it breaks the connection before two, and
 * after the commit of two.
 */
function unreliable(database: Database, dice: Dice): Database {
  const disturb = async <T>(isRefused: boolean, send: () => Promise<T>): Promise<T> => {
    const thrown = dice();
    if (isRefused && thrown < 5) throw Object.assign(new DatabaseError('no', 0, 'error'), { code: '42501' });
    if (thrown >= 96 && thrown < 98) throw new Error('Connection terminated unexpectedly');
    const answer = await send();
    if (thrown >= 98) throw new Error('Connection terminated unexpectedly');
    return answer;
  };
  const query: SqlExecutor['query'] = (text, params) => disturb(REFUSED.test(text), () => database.query(text, params));
  const transaction: Database['transaction'] = (send) => disturb(false, () => database.transaction(send));
  return Object.assign(Object.create(database) as Database, { query, transaction });
}

/** What the functions themselves see of each other. */
class Turnstile {
  readonly #inside = new Map<string, number>();
  most = 0;

  async pass(key: string, stay: () => Promise<void>): Promise<void> {
    const now = (this.#inside.get(key) ?? 0) + 1;
    this.#inside.set(key, now);
    this.most = Math.max(this.most, now);
    try {
      await stay();
    } finally {
      this.#inside.set(key, (this.#inside.get(key) ?? 0) - 1);
    }
  }
}

const ENDINGS = ['result', 'retry', 'snooze', 'call', 'step', 'bad result', 'fatal', 'time'] as const;

const child = defineTask({ id: 'child', input: z.null(), result: z.null(), run: async () => null });

/** Ends in one of these ways; told to stop it needs some milliseconds more. */
const limited = (turnstile: Turnstile) =>
  defineTask({
    id: 'limited',
    input: z.object({ key: z.string(), ending: z.enum(ENDINGS) }),
    result: z.string(),
    retry: { maxAttempts: 3, initialDelay: '1ms' },
    attemptTimeout: '200ms',
    concurrency: { key: ({ key }) => key, limit: LIMIT },
    async run({ key, ending }, ctx) {
      const stay = (ms: number) =>
        turnstile.pass(key, async () => {
          await work(ms, undefined, { signal: ctx.signal }).catch(() => work(8));
          ctx.signal.throwIfAborted();
        });
      await stay(25);
      if (ending === 'call') await ctx.invoke(child, null);
      if (ending === 'step') await ctx.step('stay', () => stay(10));
      if (ending === 'fatal') throw new FatalError('no');
      if (ending === 'snooze' && ctx.epoch === 1) throw new SnoozeError('1ms');
      if (ctx.attempt === 1) {
        if (ending === 'retry') throw new Error('again');
        if (ending === 'bad result') return '\u0000';
        if (ending === 'time') await stay(1_000);
      }
      await stay(1);
      return ending;
    },
  });

it(
  'no more functions of a key run at once than its limit, whatever is refused, broken off, cancelled or handed back',
  { timeout: 120_000 },
  async () => {
    const rig = await openDatabaseRig();
    const leases = new PostgresWorkerLeases(rig.database);
    const turnstile = new Turnstile();
    const task = limited(turnstile);
    const registry = TaskRegistry.from([child, task].map((value) => ({ value, origin: 'spec' })));
    await new PostgresTaskDefinitions(rig.database).publish(registry.all().map(publishTask));
    const dispatcher = (queue: InMemoryTaskQueue) => new Dispatcher(rig.store, queue, silentLogger);

    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat(99)),
        fc.array(fc.constantFrom(...ENDINGS), { minLength: 30, maxLength: 30 }),
        async (stream, runs) => {
          const dice = () => stream.next().value as number;
          const queue = new InMemoryTaskQueue();
          const open = async () => {
            const { store, dispatcher, cancellation } = repairPartsOn(unreliable(rig.database, dice), queue);
            const { id: workerId } = await holdLease(rig.database);
            const given = { workerId, store, dispatcher, cancellation, writeLimits: { pauseMs: 1 } };
            const executor = await executorOn(rig.database, queue, registry, given);
            const stop = () => executor.drain(0).then(() => leases.release(workerId));
            const sweep = sweepOn(rig.database, queue, { workerId, inHand: executor.inHand });
            return { executor, sweep, stop };
          };
          const workers = [await open(), await open(), await open()];
          let turn = 0;
          const handle: Executor['handle'] = (payload) =>
            (workers[(turn += 1) % WORKERS] as (typeof workers)[0]).executor.handle(payload);
          const stopWork = queue.work('default', { handle }, 30);
          const starter = new RunStarter(registry, rig.store, dispatcher(queue));
          const canceller = new RunCanceller(new PostgresRunCancellation(rig.database), dispatcher(queue));
          const stops: (Promise<void> | undefined)[] = [];
          const ids: string[] = [];
          for (const [n, ending] of runs.entries()) {
            const input = { key: `k${n % 2}`, ending };
            ids.push((await starter.start({ taskId: task.id, input, trigger: 'api' })).runId);
          }
          for (const cancelled of ids.slice(-5)) {
            const busy = await waitFor(() => workers.findIndex(({ executor }) => executor.totals.executing > 0) + 1);
            const [stopped] = workers.splice(busy - 1, 1, await open());
            stops.push(stopped?.stop());
            await canceller.cancel(cancelled);
          }
          await waitFor(
            async () => {
              for (const { sweep } of workers) await sweep.runOnce();
              const { rows } = await rig.database.query(
                'SELECT FROM millrace.runs WHERE id = ANY ($1::uuid[]) AND finished_at IS NULL',
                [ids],
              );
              return rows.length === 0;
            },
            { deadline: 60_000 },
          );
          await Promise.all([stopWork(), ...stops]);
          expect(turnstile.most).toBeLessThanOrEqual(LIMIT);
        },
      ),
      { numRuns: 1, endOnFailure: true },
    );
    await rig.close();
  },
);

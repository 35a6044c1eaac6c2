import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess } from './chaos/service-process.js';
import { RunningMillrace } from './running-millrace.js';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE = { deadline: 90_000, interval: 100 };

interface Run {
  readonly id: string;
  readonly state: string;
  readonly attempt: number;
  readonly result: unknown;
}

/** What the tasks say of themselves, a line each, stands in the file `said` beside them. */
const TASKS = `
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defineTask, FatalError } from '@millrace/sdk';
import { z } from 'zod';

const here = import.meta.dirname;
const say = (...words: unknown[]) => appendFileSync(join(here, 'said'), words.join(' ') + '\\n');
const none = { input: z.object({}), result: z.unknown() };

export const held = defineTask({
  ...none,
  id: 'held',
  queue: 'far',
  async run(_, { signal, attempt }) {
    say('held begins in', process.pid);
    while (!existsSync(join(here, 'release'))) {
      if (signal.aborted) say('held is told in', process.pid, signal.reason.code);
      signal.throwIfAborted();
      await delay(20);
    }
    return attempt;
  },
});
export const holder = defineTask({ ...none, id: 'holder', run: (_, ctx) => ctx.invoke(held, {}) });

export const deaf = defineTask({
  ...none,
  id: 'deaf',
  retry: { maxAttempts: 1 },
  async run() {
    say('deaf begins in', process.pid);
    for (;;) await delay(100);
  },
});

export const fragile = defineTask({
  id: 'fragile',
  input: z.int(),
  result: z.int(),
  async run(n) {
    say('fragile', n);
    if (n === 2 && existsSync(join(here, 'broken'))) throw new FatalError('the second one is broken');
    return n * 10;
  },
});
export const gatherer = defineTask({
  ...none,
  id: 'gatherer',
  async run(_, ctx) {
    const from = await ctx.step('look', async () => (say('gatherer looks'), 1));
    const outcomes = await ctx.mapSettled(fragile, [from, from + 1, from + 2]);
    return outcomes.map((outcome) => {
      if (outcome.status === 'failed') throw outcome.error;
      return outcome.result;
    });
  },
});

export const narrow = defineTask({
  id: 'narrow',
  input: z.object({ key: z.string() }),
  result: z.unknown(),
  queue: 'both',
  concurrency: { key: ({ key }) => key, limit: 2 },
  async run() {
    say('narrow begins', process.pid);
    await delay(60);
    say('narrow ends', process.pid);
  },
});
export const paced = defineTask({
  ...none,
  id: 'paced',
  queue: 'both',
  rateLimit: { max: 4, per: '1s' },
  run: async () => null,
});
`;

describe('Millrace with two workers', () => {
  let millrace: RunningMillrace;
  let tasks: string;
  let other: ServiceProcess;
  beforeAll(async () => {
    millrace = await RunningMillrace.prepare({ SHUTDOWN_GRACE: '1', WORKER_QUEUES: 'default,both' });
    tasks = await millrace.writeTasks(TASKS);
    await millrace.start({ TASKS: tasks });
    other = new ServiceProcess({
      name: 'other worker',
      program: join(CHECKOUT, 'apps/worker/dist/main.js'),
      env: {
        ...process.env,
        ...{ DATABASE_URL: await readFile(join(millrace.home, 'database-url'), 'utf8'), TASKS: tasks },
        ...{ MILLRACE_HOME: millrace.home, INBOX_DIR: millrace.inbox },
        ...{ WORKER_QUEUES: 'far,both', SHUTDOWN_GRACE: '1' },
      },
      folder: millrace.folder,
      logFile: join(millrace.folder, 'other-worker.log'),
    });
    other.up();
    await other.untilReady();
  });
  afterAll(async () => {
    await other.down('SIGTERM');
    await millrace.remove();
  });

  const start = async (task: string, input: unknown = {}) => {
    const accepted = await millrace.post('/runs', { task, input });
    expect(accepted.status).toBe(202);
    return ((await accepted.json()) as Run).id;
  };
  const ask = async (id: string, verb: 'cancel' | 'retry') =>
    expect((await millrace.post(`/runs/${id}/${verb}`, {})).status).toBe(202);
  const read = (id: string) => millrace.json<Run>(`/runs/${id}`);
  const until = (id: string, state: string) =>
    waitFor(async () => {
      const run = await read(id);
      return run.state === state && run;
    }, PATIENCE);
  /** The lines that the tasks have said and that begin so. */
  const said = async (beginning: string) => {
    const lines = (await readFile(join(tasks, 'said'), 'utf8').catch(() => '')).split('\n');
    return lines.filter((line) => line.startsWith(beginning));
  };
  const workers = () =>
    millrace.sql<{ pid: number }>(
      "SELECT pid FROM millrace.workers WHERE ended_at IS NULL AND alive_until > now() AND 'default' = ANY (queues)",
    );

  it('tells a task on one worker that the run which awaits it was cancelled, and ends both', async () => {
    const id = await start('holder');
    await waitFor(async () => (await said('held begins')).length === 1, PATIENCE);
    await ask(id, 'cancel');
    await waitFor(async () => (await said('held is told')).length > 0, PATIENCE);
    expect(await said('held')).toEqual([
      `held begins in ${other.pid}`,
      `held is told in ${other.pid} MR_RUN_CANCELLED`,
    ]);
    await until(id, 'cancelled');
    await waitFor(async () => {
      const states = await millrace.sql<{ state: string }>(`SELECT state FROM runs WHERE root_id = '${id}'`);
      return states.length === 2 && states.every(({ state }) => state === 'cancelled');
    }, PATIENCE);
  });

  it('hands back what a worker cannot finish when it stops, at no attempt’s cost', async () => {
    const before = (await said('held begins')).length;
    const id = await start('held');
    await waitFor(async () => (await said('held begins')).length === before + 1, PATIENCE);
    await other.down('SIGTERM');
    expect((await said('held is told')).at(-1)).toContain('MR_WORKER_STOPPING');
    expect(await read(id)).toMatchObject({ state: 'queued', attempt: 1 });
    await writeFile(join(tasks, 'release'), '');
    other.up();
    expect(await until(id, 'succeeded')).toMatchObject({ attempt: 1, result: 1 });
    await other.untilReady();
  });

  it('runs a failed child alone again, from the root or from itself, once its cause is mended', async () => {
    for (const from of ['root', 'child'] as const) {
      await writeFile(join(tasks, 'broken'), '');
      const id = await start('gatherer');
      await until(id, 'failed');
      const [child] = await millrace.sql<{ id: string }>(
        `SELECT id FROM runs WHERE root_id = '${id}' AND parent_id IS NOT NULL AND state = 'failed'`,
      );
      const ran = [await said('fragile'), await said('gatherer looks')];
      await rm(join(tasks, 'broken'));
      await ask(from === 'root' ? id : (child?.id ?? ''), 'retry');
      expect(await until(id, 'succeeded')).toMatchObject({ result: [10, 20, 30] });
      expect([await said('fragile'), await said('gatherer looks')]).toEqual([[...(ran[0] ?? []), 'fragile 2'], ran[1]]);
    }
  });

  it('keeps the limit of a concurrency key over both', async () => {
    const pids = new Set<string>();
    const ids: string[] = [];
    // Which worker takes a run is the queue's to say: more runs until both have.
    for (let batches = 0; batches < 10 && pids.size < 2; batches += 1) {
      ids.push(...(await Promise.all(Array.from({ length: 12 }, () => start('narrow', { key: 'one' })))));
      for (const id of ids) await until(id, 'succeeded');
      for (const line of await said('narrow')) pids.add(line.split(' ')[2] as string);
    }
    expect(pids.size).toBe(2);
    let running = 0;
    let most = 0;
    for (const line of await said('narrow')) {
      running += line.startsWith('narrow begins') ? 1 : -1;
      most = Math.max(most, running);
    }
    expect(most).toBe(2);
  });

  it('keeps a rate over both', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => start('paced')));
    for (const id of ids) await until(id, 'succeeded');
    const rows = await millrace.sql<{ ms: number }>(
      "SELECT extract(epoch FROM started_at)::float8 * 1000 AS ms FROM millrace.runs WHERE task_id = 'paced' ORDER BY started_at",
    );
    const times = rows.map(({ ms }) => ms);
    const spans = times.slice(4).map((ms, index) => ms - (times[index] as number));
    expect(spans).toHaveLength(8);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(1_000);
  });

  it('ends runs that ignore their signal, and starts their worker anew', async () => {
    const [before] = await workers();
    const ids = await Promise.all(Array.from({ length: 10 }, () => start('deaf')));
    await waitFor(async () => (await said('deaf begins')).length === 10, PATIENCE);
    for (const id of ids) await ask(id, 'cancel');
    for (const id of ids) await until(id, 'cancelled');
    await waitFor(async () => {
      const now = await workers();
      return now.length > 0 && now.every(({ pid }) => pid !== before?.pid);
    }, PATIENCE);
    expect(millrace.output).toContain('worker ended (code 75)');
    await until(await start('hello', { name: 'Ada' }), 'succeeded');
  });
});

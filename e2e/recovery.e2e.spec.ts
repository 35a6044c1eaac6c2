import { once } from 'node:events';
import { connect } from 'node:net';
import { startRedis, waitFor, type RedisServer } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from './has-program.js';
import { RunningMillrace } from './running-millrace.js';

const RUNS = 100;
const TEXTS = ['a', 'b c', 'd e f'];

describe.each([
  { backend: 'PostgreSQL', skip: false },
  { backend: 'Redis (needs redis-server)', skip: !hasProgram('redis-server') },
])('what Millrace has accepted, with its queue on $backend,', ({ backend, skip }) => {
  describe.skipIf(skip)('ends', () => {
    let redis: RedisServer | undefined;
    let millrace: RunningMillrace;
    beforeAll(async () => {
      if (backend !== 'PostgreSQL') redis = await startRedis();
      millrace = await RunningMillrace.prepare(redis === undefined ? {} : { REDIS_URL: redis.url });
      await millrace.start();
    });
    afterAll(async () => {
      await millrace.remove();
      await redis?.stop();
    });

    it('although its worker is killed, and its queue emptied where that is Redis', async () => {
      const accepted = await Promise.all(
        Array.from({ length: RUNS }, () =>
          millrace.post('/runs', { task: 'count-all-words', input: { texts: TEXTS } }),
        ),
      );
      expect(accepted.map(({ status }) => status)).toEqual(Array<number>(RUNS).fill(202));
      for (const { pid } of await millrace.sql<{ pid: number }>('SELECT pid FROM millrace.workers')) {
        process.kill(pid, 'SIGKILL');
      }
      if (redis !== undefined) await flush(redis.url);

      const states = () =>
        millrace.sql<{ state: string; runs: number }>(
          "SELECT state, count(*)::int AS runs FROM runs WHERE trigger = 'api' GROUP BY state",
        );
      await waitFor(async () => (await states()).every(({ state }) => state === 'succeeded'), {
        deadline: 90_000,
        interval: 200,
      });
      expect(await states()).toEqual([{ state: 'succeeded', runs: RUNS }]);
      const [children] = await millrace.sql<{ runs: number; results: number }>(
        "SELECT count(*)::int AS runs, count(result)::int AS results FROM runs WHERE trigger = 'call'",
      );
      expect(children).toEqual({ runs: RUNS * TEXTS.length, results: RUNS * TEXTS.length });
    });
  });
});

/** Empties a Redis, as an operator's mistake would. */
async function flush(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write('FLUSHALL\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toBe('+OK\r\n');
  socket.end();
}

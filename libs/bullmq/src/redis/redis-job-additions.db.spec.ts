import { describeWithRedis, redisUrl } from '@millrace/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryJob } from '../jobs/delivery-job.js';
import { RedisJobAdditions } from './redis-job-additions.js';

const PREFIX = '{additions}';

describeWithRedis('RedisJobAdditions', () => {
  let redis: Redis;
  let queue: Queue;
  beforeAll(async () => {
    redis = new Redis(redisUrl());
    queue = new Queue('additions', { connection: redis, prefix: PREFIX });
    await queue.waitUntilReady();
    // The first addition sends scripts, too, which Redis keeps.
    await new RedisJobAdditions(redis, PREFIX).add(queue, lists(1));
  });
  afterAll(async () => {
    await queue.obliterate();
    await redis.del(`${PREFIX}:additions:listed`);
    await queue.close();
    redis.disconnect();
  });

  it.each([1, 3, 30])('sends an addition of %i lists in one write, what they ask for ahead of them', async (count) => {
    const sent = writesOf(redis);
    const jobs = lists(count);

    await new RedisJobAdditions(redis, PREFIX).add(queue, jobs);

    expect(sent).toHaveLength(1);
    expect(sent[0]?.indexOf('hset')).toBeGreaterThan(-1);
    expect(sent[0]?.indexOf('hset')).toBeLessThan(sent[0]?.indexOf('evalsha') ?? 0);
    const listed = await redis.hmget(`${PREFIX}:additions:listed`, ...jobs.map(({ opts }) => `${opts.jobId}-a-1`));
    expect(listed).toEqual(jobs.map(({ opts }) => opts.jobId));
    await expect(Promise.all(jobs.map(({ opts }) => queue.getJobState(opts.jobId)))).resolves.toEqual(
      jobs.map(() => 'prioritized'),
    );
  });
});

let made = 0;

function lists(count: number): DeliveryJob[] {
  return Array.from({ length: count }, () => {
    const jobId = `list-${(made += 1)}`;
    const runs: [string, number][] = [
      [`${jobId}-a`, 1],
      [`${jobId}-b`, 1],
    ];
    return { name: 'task', data: { kind: 'runs', runs }, opts: { jobId, attempts: 1, priority: 1, delay: 0 } };
  });
}

interface Chunk {
  readonly chunk: Buffer | string;
}
interface Written {
  _write: (chunk: Buffer | string, ...rest: unknown[]) => void;
  _writev: (chunks: readonly Chunk[], ...rest: unknown[]) => void;
}

/** What is given to the connection's socket from now on, a text for each write. */
function writesOf({ stream }: Redis): string[] {
  const sent: string[] = [];
  const socket = stream as unknown as Written;
  const { _write: write, _writev: writev } = Object.getPrototypeOf(socket) as Written;
  socket._write = (chunk, ...rest) => {
    sent.push(String(chunk));
    write.call(socket, chunk, ...rest);
  };
  socket._writev = (chunks, ...rest) => {
    sent.push(chunks.map(({ chunk }) => String(chunk)).join(''));
    writev.call(socket, chunks, ...rest);
  };
  return sent;
}

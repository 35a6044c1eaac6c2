import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { loadConfig } from '@millrace/config';
import { describeTaskQueueContract } from '@millrace/engine/task-queue.contract';
import { cloneDatabase, describeWithRedis, redisUrl, type DatabaseClone } from '@millrace/testing';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootProducer, openTaskQueue } from '../queue-application.contract.js';
import type { QueueConfig } from '../queue-backend.js';
import { migrateQueueSchema } from '../postgres/queue-schema.js';

/** Redis is shared with other spec files: this one has a database of its own. */
const REDIS_DATABASE = 7;

describeWithRedis('on Redis', () => {
  const url = () => `${redisUrl()}/${REDIS_DATABASE}`;

  describeTaskQueueContract('BullMqTaskQueue', {
    flows: true,
    async open(batchSizes = new Map()) {
      await withRedis((redis) => redis.flushdb());
      return openTaskQueue({ config: onRedis(url()), batchSizes }, () => withRedis((redis) => redis.flushdb()));
    },
    openUnanswered: () => openUnanswered((port) => onRedis(`redis://127.0.0.1:${port}`)),
  });

  async function withRedis(work: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(url());
    await work(redis);
    redis.disconnect();
  }
});

describe('on PostgreSQL', () => {
  let database: DatabaseClone;
  beforeAll(async () => {
    database = await cloneDatabase();
    await migrateQueueSchema(database.url);
  });
  afterAll(() => database.drop());

  describeTaskQueueContract('BullMqTaskQueue', {
    flows: false,
    async open(batchSizes = new Map()) {
      await emptyQueues(database.url);
      return openTaskQueue({ config: onPostgres(database.url), batchSizes }, () => emptyQueues(database.url));
    },
  });

  it('does not boot on a database whose queue schema is not migrated', async () => {
    const unmigrated = await cloneDatabase();
    await expect(bootProducer({ config: onPostgres(unmigrated.url) })).rejects.toMatchObject({
      code: 'MR_QUEUE_UNAVAILABLE',
      message: expect.stringContaining('not initialized') as unknown,
    });
    await unmigrated.drop();
  });

  it('migrates its schema once, however many ask, and boots on it', async () => {
    const migrated = await cloneDatabase();
    await Promise.all([1, 2, 3].map(() => migrateQueueSchema(migrated.url)));
    const { app, queue } = await bootProducer({ config: onPostgres(migrated.url) });
    await expect(queue.ping()).resolves.toBeUndefined();
    await app.close();
    await migrated.drop();
  });
});

function onRedis(url: string): QueueConfig {
  return loadConfig({ REDIS_URL: url });
}

function onPostgres(url: string): QueueConfig {
  return loadConfig({ DATABASE_URL: url });
}

async function emptyQueues(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('TRUNCATE bullmq.job, bullmq.event CASCADE');
  await client.end();
}

/** A producer of a server that takes connections and never says a word. */
async function openUnanswered(configOf: (port: number) => QueueConfig) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { app, queue } = await bootProducer({ config: configOf(port), callLimitMs: 200 });
  return {
    queue,
    async close() {
      await app.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { loadConfig } from '@millrace/config';
import type { TaskQueue } from '@millrace/engine';
import { describeTaskQueueContract } from '@millrace/engine/task-queue.contract';
import type { Delivery } from '@millrace/runs';
import {
  describeWithPrograms,
  startRedisCluster,
  startTlsRedis,
  startWatchedRedis,
  waitFor,
  type RedisCluster,
  type TlsRedis,
  type WatchedRedis,
} from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootProducer, bootWorker, openTaskQueue } from '../queue-application.contract.js';

describeWithPrograms(['redis-server', 'redis-cli'], 'on a Redis Cluster of three nodes', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  describeTaskQueueContract('BullMqTaskQueue', {
    flows: true,
    async open(batchSizes = new Map()) {
      await cluster.flush();
      return openTaskQueue({ config: loadConfig({ REDIS_CLUSTER_NODES: cluster.nodes }), batchSizes }, cluster.flush);
    },
  });
});

describeWithPrograms(['redis-server', 'openssl'], 'on a Redis that speaks TLS', () => {
  let redis: TlsRedis;
  beforeAll(async () => {
    redis = await startTlsRedis();
  });
  afterAll(() => redis.stop());

  it('delivers and works when it is told of the authority', async () => {
    await deliversAndWorks(loadConfig({ REDIS_URL: redis.url, REDIS_TLS_CA: redis.ca }));
  });

  it('refuses a certificate that no known authority has signed', async () => {
    const { app, queue } = await bootProducer({ config: loadConfig({ REDIS_URL: redis.url }), callLimitMs: 500 });
    await expect(queue.deliver([aDelivery()])).rejects.toMatchObject({ code: 'MR_QUEUE_UNAVAILABLE' });
    await app.close();
  });
});

describeWithPrograms(['redis-server', 'redis-cli'], 'on a Redis that a Sentinel watches', () => {
  let redis: WatchedRedis;
  beforeAll(async () => {
    redis = await startWatchedRedis();
  });
  afterAll(() => redis.stop());

  it('goes on with the replica when the master is killed', async () => {
    const config = loadConfig({ REDIS_SENTINELS: redis.sentinel, REDIS_SENTINEL_NAME: redis.name });
    await deliversAndWorks(config, redis.killMaster);
  });
});

/** Delivers a run that a worker takes; and another one after what happens to the server meanwhile. */
async function deliversAndWorks(config: ReturnType<typeof loadConfig>, meanwhile?: () => Promise<void>) {
  const handled = new Set<string>();
  const { app, queue } = await bootProducer({ config, callLimitMs: 1_000 });
  const worker = await bootWorker(
    'default',
    {
      async handle(payload) {
        if (payload.kind === 'runs') for (const [runId] of payload.runs) handled.add(runId);
      },
    },
    { config },
  );
  try {
    const first = aDelivery();
    await waitFor(() => delivered(queue, first));
    await waitFor(() => handled.has(first.runId));
    if (meanwhile === undefined) return;
    await meanwhile();
    const second = aDelivery();
    await waitFor(() => delivered(queue, second), { deadline: 20_000 });
    await waitFor(() => handled.has(second.runId), { deadline: 20_000 });
  } finally {
    await Promise.all([worker.close(), app.close()]);
  }
}

async function delivered(queue: TaskQueue, delivery: Delivery): Promise<boolean> {
  await queue.deliver([delivery]);
  return true;
}

function aDelivery(): Delivery {
  return { runId: randomUUID(), delivery: 1, taskId: 'hello', queue: 'default', priority: 0, dueAt: new Date() };
}

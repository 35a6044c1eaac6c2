import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { loadConfig } from '@millrace/config';
import type { TaskQueue } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { silentLogger, type Logger } from '@millrace/telemetry';
import { cloneDatabase, describeWithRedis, redisUrl, waitFor } from '@millrace/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { bootProducer, bootWorker } from './queue-application.contract.js';
import type { QueueConfig } from './queue-backend.js';
import { migrateQueueSchema } from './postgres/queue-schema.js';

/** Redis is shared with other spec files: this one has a database of its own. */
const REDIS_DATABASE = 8;
const CALL_LIMIT_MS = 1_000;
const UNAVAILABLE = { code: 'MR_QUEUE_UNAVAILABLE' };

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describeWithRedis('when Redis goes away', () => {
  async function throughProxy() {
    const proxy = await BreakableProxy.to(`${redisUrl()}/${REDIS_DATABASE}`);
    return { proxy, config: loadConfig({ REDIS_URL: proxy.url }) };
  }

  survivesAnOutage(throughProxy);

  it('boots while Redis is away, says so to whoever delivers, and works once it is there', async () => {
    const { proxy, config } = await throughProxy();
    proxy.break();
    const handled = new Set<string>();
    const queue = await produce(config);
    await work(config, handled);
    await expect(queue.deliver([aDelivery()])).rejects.toMatchObject(UNAVAILABLE);

    proxy.restore();

    const delivery = aDelivery();
    await waitFor(() => delivered(queue, delivery));
    await waitFor(() => handled.has(delivery.runId));
  });
});

describe('when PostgreSQL goes away', () => {
  survivesAnOutage(async () => {
    const database = await cloneDatabase();
    undo.push(database.drop);
    await migrateQueueSchema(database.url);
    const proxy = await BreakableProxy.to(database.url);
    return { proxy, config: loadConfig({ DATABASE_URL: proxy.url }) };
  });
});

function survivesAnOutage(prepare: () => Promise<{ proxy: BreakableProxy; config: QueueConfig }>): void {
  it('rejects within the limit, logs little, and delivers and works again afterwards', async () => {
    const { proxy, config } = await prepare();
    const { logger, lines } = recordingLogger();
    const handled = new Set<string>();
    const queue = await produce(config, logger);
    await work(config, handled, logger);
    const before = aDelivery();
    await waitFor(() => delivered(queue, before));
    await waitFor(() => handled.has(before.runId));

    proxy.break();
    const since = Date.now();
    await expect(queue.deliver([aDelivery()])).rejects.toMatchObject(UNAVAILABLE);
    await expect(queue.missing([aDelivery()])).rejects.toMatchObject(UNAVAILABLE);
    await expect(queue.ping()).rejects.toMatchObject(UNAVAILABLE);
    expect(Date.now() - since).toBeLessThan(3 * CALL_LIMIT_MS + 500);
    await waitFor(() => proxy.refused > 5);
    proxy.restore();

    const after = aDelivery();
    await waitFor(() => delivered(queue, after));
    await waitFor(() => handled.has(after.runId));
    expect(lines.length).toBeLessThan(20);
  });

  it('stops while it is away', async () => {
    const { proxy, config } = await prepare();
    const { app } = await bootProducer({ config });
    const worker = await bootWorker('default', { handle: async () => undefined }, { config });
    proxy.break();

    await Promise.all([app.close(), worker.close()]);
  });
}

function aDelivery(): Delivery {
  return { runId: randomUUID(), delivery: 1, taskId: 'hello', queue: 'default', priority: 0, dueAt: new Date() };
}

async function delivered(queue: TaskQueue, delivery: Delivery): Promise<boolean> {
  await queue.deliver([delivery]);
  return true;
}

async function produce(config: QueueConfig, logger: Logger = silentLogger): Promise<TaskQueue> {
  const { app, queue } = await bootProducer({ config, logger, callLimitMs: CALL_LIMIT_MS });
  undo.push(() => app.close());
  return queue;
}

async function work(config: QueueConfig, handled: Set<string>, logger: Logger = silentLogger): Promise<void> {
  const worker: INestApplicationContext = await bootWorker(
    'default',
    {
      async handle(payload) {
        if (payload.kind === 'runs') for (const [runId] of payload.runs) handled.add(runId);
      },
    },
    { config, logger },
  );
  undo.push(() => worker.close());
}

function recordingLogger() {
  const lines: string[] = [];
  const logger = Object.assign(Object.create(silentLogger) as Logger, {
    warn: (_fields: object, message: string) => lines.push(message),
  });
  return { logger, lines };
}

/** Stands between a client and its server, and can hang up on all and refuse whoever comes. */
class BreakableProxy {
  /** Connections hung up on while broken. */
  refused = 0;
  private broken = false;
  private readonly sockets = new Set<Socket>();

  private constructor(readonly url: string) {}

  static async to(serverUrl: string): Promise<BreakableProxy> {
    const target = new URL(serverUrl);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(serverUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new BreakableProxy(url.toString());
    server.on('connection', (client) => proxy.forward(client, Number(target.port), target.hostname));
    undo.push(async () => {
      proxy.break();
      server.close();
    });
    return proxy;
  }

  break(): void {
    this.broken = true;
    for (const socket of this.sockets) socket.destroy();
  }

  restore(): void {
    this.broken = false;
  }

  private forward(client: Socket, port: number, host: string): void {
    if (this.broken) {
      this.refused += 1;
      client.destroy();
      return;
    }
    const upstream = connect(port, host);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        this.sockets.delete(socket);
      });
    }
  }
}

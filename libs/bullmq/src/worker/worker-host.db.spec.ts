import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { loadConfig } from '@millrace/config';
import type { DeliveryHandler } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { silentLogger, type Logger } from '@millrace/telemetry';
import { cloneDatabase, waitFor, type DatabaseClone } from '@millrace/testing';
import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootProducer, bootWorker, type QueueApplicationOptions } from '../queue-application.contract.js';
import { migrateQueueSchema } from '../postgres/queue-schema.js';

describe('WorkerHostModule', () => {
  let database: DatabaseClone;
  let producer: Awaited<ReturnType<typeof bootProducer>>;
  let options: QueueApplicationOptions;
  const workers: INestApplicationContext[] = [];

  beforeEach(async () => {
    database = await cloneDatabase();
    await migrateQueueSchema(database.url);
    options = { config: loadConfig({ DATABASE_URL: database.url }) };
    producer = await bootProducer(options);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await producer.app.close();
    await database.drop();
  });

  async function boot(...given: Parameters<typeof bootWorker>): Promise<INestApplicationContext> {
    const worker = await bootWorker(...given);
    workers.push(worker);
    return worker;
  }

  it('acknowledges a job that is no delivery, says so, and hands it to nobody', async () => {
    const stray = await strayJob(producer.app, { kind: 'nonsense' });
    const { logger, errors } = recordingLogger();
    const handled: unknown[] = [];
    await boot('default', { handle: async (payload) => void handled.push(payload) }, { ...options, logger });

    await waitFor(() => stray.isCompleted());

    expect(handled).toEqual([]);
    expect(errors).toEqual([expect.stringContaining('not a delivery')]);
  });

  it('runs as many jobs at once as its concurrency says', async () => {
    const deliveries = Array.from({ length: 6 }, () => aDelivery());
    let running = 0;
    let most = 0;
    const handler: DeliveryHandler = {
      async handle(_payload, onCalled) {
        const settled = onCalled?.();
        most = Math.max(most, ++running);
        await waitFor(() => most === 3);
        running -= 1;
        settled?.();
      },
    };
    await boot('default', handler, { ...options, concurrency: 3 });

    await producer.queue.deliver(deliveries);

    await waitFor(async () => (await producer.queue.missing(deliveries)).length === deliveries.length);
    expect(most).toBe(3);
  });

  it('stops only when what it took has been handled, and takes nothing more', async () => {
    const [first, second] = [aDelivery(), aDelivery()];
    const log: string[] = [];
    const started = signal();
    const held = signal();
    const worker = await boot(
      'default',
      {
        async handle() {
          log.push('handling');
          started.resolve();
          await held.promise;
          log.push('handled');
        },
      },
      options,
    );
    await producer.queue.deliver([first, second]);
    await started.promise;

    const stopped = worker.close().then(() => log.push('stopped'));
    // Nest walks through its modules, within this turn of the event loop, before the worker stops taking jobs.
    await setImmediate();
    held.resolve();
    await stopped;

    expect(log).toEqual(['handling', 'handled', 'stopped']);
    expect(await producer.queue.missing([first, second])).toEqual([first]);
  });

  it('stops after the grace time although a handler hangs, and leaves its run to the sweep', async () => {
    const delivery = aDelivery();
    const started = signal();
    const hanging = {
      handle() {
        started.resolve();
        return new Promise<void>(() => undefined);
      },
    };
    const worker = await boot('default', hanging, { ...options, graceMs: 50 });
    await producer.queue.deliver([delivery]);
    await started.promise;

    await worker.close();

    expect(await producer.queue.missing([delivery])).toEqual([delivery]);
  });
});

function aDelivery(): Delivery {
  return { runId: randomUUID(), delivery: 1, taskId: 'hello', queue: 'default', priority: 0, dueAt: new Date() };
}

function strayJob(app: INestApplicationContext, data: unknown) {
  return app.get<Queue>(getQueueToken('default'), { strict: false }).add('stray', data);
}

function recordingLogger() {
  const errors: string[] = [];
  const logger = Object.assign(Object.create(silentLogger) as Logger, {
    error: (_fields: object, message: string) => errors.push(message),
  });
  return { logger, errors };
}

function signal() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve: () => resolve() };
}

import { allRepairs, Dispatcher, InMemoryTaskQueue, Sweep } from '@millrace/engine';
import { newRunId, type Delivery } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database.js';
import { PostgresQueueSentinels } from './postgres-queue-sentinels.js';
import { PostgresRunCancellation } from './postgres-run-cancellation.js';
import { PostgresRunDeadlines } from './postgres-run-deadlines.js';
import { PostgresRunRepairs } from './postgres-run-repairs.js';
import { PostgresRunStore } from './postgres-run-store.js';

describe('the loss of a queue', () => {
  let clone: DatabaseClone;
  let database: Database;
  let store: PostgresRunStore;
  let queue: InMemoryTaskQueue;
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'spec' });
    store = new PostgresRunStore(database);
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });
  beforeEach(async () => {
    await database.query('TRUNCATE millrace.runs, millrace.workers, millrace.queue_sentinels');
    queue = new InMemoryTaskQueue();
    await database.query(
      `INSERT INTO millrace.queue_sentinels (queue, value) SELECT unnest('{default,reports}'::text[]), gen_random_uuid()`,
    );
    await elapse(60);
    await newSweep().runOnce();
    await elapse(6);
  });

  const newSweep = () =>
    new Sweep(
      allRepairs({
        ...{ repairs: new PostgresRunRepairs(database), sentinels: new PostgresQueueSentinels(database) },
        ...{ cancellation: new PostgresRunCancellation(database), deadlines: new PostgresRunDeadlines(database) },
        ...{ store, queue, logger: silentLogger, leaseMs: 1, inTouchMs: () => Infinity },
        dispatcher: new Dispatcher(store, queue, silentLogger),
      }),
      silentLogger,
    );
  const elapse = (seconds: number) =>
    database.query(
      `UPDATE millrace.queue_sentinels SET changed_at = changed_at - $1::int * interval '1 second',
         restoring_until = restoring_until - $1::int * interval '1 second'`,
      [seconds],
    );
  const create = async (given: { queue?: string; dueAt?: Date } = {}): Promise<Delivery> => {
    const outcome = await store.create({
      ...{ id: newRunId(), taskId: 't', queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 3 },
      ...given,
    });
    if (outcome.status !== 'created') throw new Error(outcome.status);
    await queue.deliver([outcome.delivery]);
    return outcome.delivery;
  };
  const tomorrow = () => new Date(Date.now() + 86_400_000);

  it('is not seen where nothing was lost', async () => {
    await create();
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
  });

  it('has every queued run of it delivered again at once, under the same number, the delayed ones too', async () => {
    const lost = [await create(), await create({ queue: 'reports' }), await create({ dueAt: tomorrow() })];
    queue.lose();
    expect(await newSweep().runOnce()).toMatchObject({ restored: 3, redelivered: 0 });
    expect(await queue.missing(lost)).toEqual([]);
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
  });

  it('is seen when the queue comes back from an older copy', async () => {
    const before = await queue.sentinels(['default', 'reports']);
    await elapse(60);
    await newSweep().runOnce();
    await elapse(6);
    await create();
    await queue.setSentinels(['default'], before.get('default') ?? '');
    expect(await newSweep().runOnce()).toMatchObject({ restored: 1 });
  });

  it('is not seen in a renewal that is on its way to the queue', async () => {
    await create();
    await elapse(60);
    await new PostgresQueueSentinels(database).renew(['default'], newRunId());
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
  });

  it('is mended by one of many workers that see it at once', async () => {
    await create();
    queue.lose();
    const counts = await Promise.all([1, 2, 3, 4].map(() => newSweep().runOnce()));
    expect(counts.map((count) => count['restored']).sort()).toEqual([0, 0, 0, 1]);
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
  });

  it('is mended by another worker when the first one dies over it', async () => {
    const lost = await create();
    queue.lose();
    await new PostgresQueueSentinels(database).restore(['default', 'reports'], newRunId(), 10_000);
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
    await elapse(11);
    expect(await newSweep().runOnce()).toMatchObject({ restored: 1 });
    expect(await queue.missing([lost])).toEqual([]);
  });

  it('is mended from the start when it happens again in the middle', async () => {
    const lost = await create();
    queue.lose();
    const deliver = queue.deliver.bind(queue);
    queue.deliver = async (deliveries) => {
      queue.deliver = deliver;
      await deliver(deliveries);
      queue.lose();
    };
    const sweep = newSweep();
    await sweep.runOnce();
    await sweep.runOnce();
    expect(await queue.missing([lost])).toEqual([]);
    await elapse(6);
    expect(await newSweep().runOnce()).toMatchObject({ restored: 0 });
  });

  it('is mended once the queue answers again', async () => {
    const lost = await create();
    queue.lose();
    const deliver = queue.deliver.bind(queue);
    queue.deliver = () => Promise.reject(new Error('away'));
    const sweep = newSweep();
    await sweep.runOnce();
    queue.deliver = deliver;
    expect(await sweep.runOnce()).toMatchObject({ restored: 1 });
    expect(await queue.missing([lost])).toEqual([]);
  });
});

import { InMemoryTaskQueue } from '@millrace/engine';
import { newRunId, type Delivery, type NewRun } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { silentLogger, type Logger } from '@millrace/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { sweepOn } from '../../engine-on-postgres.contract.js';
import { PostgresQueueSentinels } from './postgres-queue-sentinels.js';

describe('the loss of a queue', () => {
  let rig: DatabaseRig;
  let queue: InMemoryTaskQueue;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());
  beforeEach(async () => {
    await rig.database.query('TRUNCATE millrace.runs, millrace.workers, millrace.queue_sentinels');
    queue = new InMemoryTaskQueue();
    await rig.database.query(
      `INSERT INTO millrace.queue_sentinels (queue, value) SELECT unnest('{default,reports}'::text[]), gen_random_uuid()`,
    );
    await elapse(60);
    await newSweep().runOnce();
    await elapse(6);
  });

  const newSweep = () => sweepOn(rig.database, queue);
  const elapse = (seconds: number) =>
    rig.database.query(
      `UPDATE millrace.queue_sentinels SET changed_at = changed_at - $1::int * interval '1 second',
         restoring_until = restoring_until - $1::int * interval '1 second'`,
      [seconds],
    );
  const scene = storeScene(() => rig);
  const create = async (given: Partial<NewRun> = {}): Promise<Delivery> => {
    const delivery = await scene.create(given);
    await queue.deliver([delivery]);
    return delivery;
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

  it('is warned of, and a new queue is not', async () => {
    const warned: unknown[] = [];
    const warn = (fields: object) => warned.push(fields);
    const logger = { ...silentLogger, warn } as unknown as Logger;
    await rig.database.query(`DELETE FROM millrace.queue_sentinels WHERE queue = 'reports'`);
    await scene.create({ queue: 'reports' });
    queue.lose();
    await sweepOn(rig.database, queue, { logger }).runOnce();
    expect(warned).toEqual([{ queues: ['default'] }]);
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
    await new PostgresQueueSentinels(rig.database).renew(['default'], newRunId());
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
    await new PostgresQueueSentinels(rig.database).restore(['default', 'reports'], newRunId(), 10_000);
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

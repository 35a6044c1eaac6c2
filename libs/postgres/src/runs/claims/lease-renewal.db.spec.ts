import { rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWorker } from '@millrace/engine';
import { silentLogger, type Logger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { LeaseRenewalThread, type LeaseRenewalOptions } from './lease-renewal.js';
import { PostgresWorkerLeases } from './postgres-worker-leases.js';

const LEASE_MS = 1_000;

describe('the lease of a worker', () => {
  let rig: DatabaseRig;
  let renewal: LeaseRenewalThread;
  let worker: ReturnType<typeof describeWorker>;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    // The server itself notes each lease that was over before it was renewed.
    await rig.database.query(`CREATE TABLE lapses (worker_id uuid);
      CREATE FUNCTION note_lapse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO lapses VALUES (NEW.id); RETURN NEW; END $$;
      CREATE TRIGGER note_lapse BEFORE UPDATE ON millrace.workers FOR EACH ROW
        WHEN (OLD.alive_until < clock_timestamp()) EXECUTE FUNCTION note_lapse()`);
  });
  afterAll(() => rig.close());
  beforeEach(() => {
    worker = describeWorker(['default'], ['hello']);
  });
  afterEach(() => renewal.stop());

  const hold = async (given: Partial<LeaseRenewalOptions> = {}) => {
    await new PostgresWorkerLeases(rig.database).renew(worker, LEASE_MS);
    renewal = new LeaseRenewalThread({
      ...{ url: rig.url, worker, leaseMs: LEASE_MS, maxStallMs: 60_000, beatMs: 100, logger: silentLogger },
      ...given,
    });
    renewal.start();
    await waitFor(() => renewal.heldForMs() > 0);
  };
  const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const lapses = async () => {
    const { rowCount } = await rig.database.query('SELECT FROM lapses WHERE worker_id = $1', [worker.id]);
    return rowCount;
  };
  const isAlive = async () => {
    const { rows } = await rig.database.query<{ alive: boolean }>(
      'SELECT alive_until > clock_timestamp() AS alive FROM millrace.workers WHERE id = $1',
      [worker.id],
    );
    return rows[0]?.alive;
  };
  const connections = async () => {
    const { rowCount } = await rig.database.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'millrace-worker-lease' AND datname = current_database()`,
    );
    return rowCount;
  };

  it('says which tasks and queues the worker has', async () => {
    await hold();
    const { rows } = await rig.database.query('SELECT queues, tasks FROM millrace.workers WHERE id = $1', [worker.id]);
    expect(rows).toEqual([{ queues: ['default'], tasks: ['hello'] }]);
  });

  it('is kept while a task blocks the main loop for longer than the lease', async () => {
    await hold();
    block(3 * LEASE_MS);
    expect(renewal.heldForMs()).toBeGreaterThan(3 * LEASE_MS);
    expect(await lapses()).toBe(0);
    expect(await isAlive()).toBe(true);
  });

  it('is let go when the main loop stands still for longer than it may, and taken again after that', async () => {
    await hold({ maxStallMs: 500 });
    block(500 + 2 * LEASE_MS);
    expect(renewal.heldForMs()).toBe(0);
    await waitFor(async () => (await lapses()) === 1);
    expect(await isAlive()).toBe(true);
    await waitFor(() => renewal.heldForMs() > 0);
    expect(renewal.heldForMs()).toBeLessThan(LEASE_MS);
  });

  it('is held without a gap although the server ends the connection', async () => {
    await hold();
    await rig.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'millrace-worker-lease' AND datname = current_database()`,
    );
    await waitFor(() => renewal.heldForMs() > 2 * LEASE_MS);
    expect(await lapses()).toBe(0);
  });

  it('is taken again when the thread has died', async () => {
    const program = join(tmpdir(), `millrace-lease-${randomUUID()}.mjs`);
    await writeFile(program, `throw new Error('a thread that dies at once')`);
    let deaths = 0;
    const logger = Object.assign(Object.create(silentLogger) as Logger, { error: () => (deaths += 1) });
    renewal = new LeaseRenewalThread({
      ...{ url: rig.url, worker, leaseMs: LEASE_MS, maxStallMs: 60_000, beatMs: 100, logger },
      program: pathToFileURL(program),
    });
    renewal.start();
    await waitFor(() => deaths > 0);
    const real = new URL('./lease-renewal-thread.mjs', import.meta.url).href;
    await writeFile(program, `await import(${JSON.stringify(real)});`);
    await waitFor(isAlive);
    await renewal.stop();
    await rm(program);
  });

  it('is renewed by nobody after stop, which leaves no thread and no connection', async () => {
    await hold();
    await renewal.stop();
    await renewal.stop();
    await new PostgresWorkerLeases(rig.database).release(worker.id);
    await waitFor(async () => (await connections()) === 0);
    expect(await isAlive()).toBe(false);
  });
});

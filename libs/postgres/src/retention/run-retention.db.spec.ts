import type { Delivery, ExecutionRef } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database.js';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { PostgresRunRetries } from '../runs/retries/postgres-run-retries.js';
import { RunRetention, type RetentionAges } from './run-retention.js';

const DAY_MS = 86_400_000;
const TABLES = ['runs', 'attempts', 'calls', 'run_logs', 'run_tags', 'cancel_marks', 'deleted_parents'];

describe('retention', () => {
  let rig: DatabaseRig;
  let database: Database;
  beforeAll(async () => {
    rig = await openDatabaseRig();
    database = rig.database;
  });
  afterAll(() => rig.close());
  beforeEach(() => database.query(`TRUNCATE ${TABLES.map((table) => `millrace.${table}`).join(', ')}`));

  const retain = (ages: Partial<RetentionAges> = {}) =>
    new RunRetention(database, { succeededMs: 30 * DAY_MS, unsuccessfulMs: 90 * DAY_MS, ...ages }, silentLogger);
  const { create, claim: claimDelivery, openCall, succeed: end, fail } = storeScene(() => rig);
  const open = (parent: ExecutionRef, count: number) => openCall(parent, count, 0, 'map');
  const claim = (runId: string, delivery = 1) => claimDelivery({ runId, delivery });
  const createRoot = async () => claimDelivery(await create({ maxAttempts: 2 }));
  const succeed = (execution: ExecutionRef) => end(execution, '1');
  const succeedAll = (deliveries: readonly Delivery[]) =>
    Promise.all(deliveries.map(async (delivery) => succeed(await claimDelivery(delivery))));

  /** Makes everything so many days older: the time in the ids as well, which a process's clock gave. */
  const age = async (days: number) => {
    const back = `interval '${days} days'`;
    const olderId = (id: string) =>
      `(lpad(to_hex(('x' || replace(substr(${id}::text, 1, 13), '-', ''))::bit(48)::bigint - ${days * DAY_MS}), 12, '0')
        || substr(replace(${id}::text, '-', ''), 13))::uuid`;
    await database.query(`UPDATE millrace.runs SET finished_at = finished_at - ${back}, created_at = created_at - ${back},
      id = ${olderId('id')}, root_id = ${olderId('root_id')}, parent_id = ${olderId('parent_id')}`);
    for (const table of ['attempts', 'calls', 'run_logs', 'run_tags', 'cancel_marks']) {
      await database.query(`UPDATE millrace.${table} SET run_id = ${olderId('run_id')}`);
    }
  };
  const counts = async () =>
    Object.fromEntries(
      await Promise.all(
        TABLES.map(async (table) => [table, (await database.query(`SELECT FROM millrace.${table}`)).rowCount] as const),
      ),
    ) as Record<string, number>;
  const nothing = Object.fromEntries(TABLES.map((table) => [table, 0]));
  const countRuns = async () => (await counts())['runs'];

  it('deletes an old run with its attempts, calls, logs, tags and marks', async () => {
    const first = await claimDelivery(await create({ maxAttempts: 2, tags: ['a', 'b'] }));
    const error = { code: 'E', message: 'once' };
    await rig.store.requeue(first, { reason: 'retry', error, delayMs: 0 });
    const again = await claim(first.runId, 2);
    const line = { n: 1, attempt: 2, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
    await rig.store.appendLogs(again, [line]);
    const value = {
      seq: 0,
      kind: 'step',
      taskId: undefined,
      key: 'k',
      inputHash: 'h',
      outcomeSeq: 1,
      value: '1',
    } as const;
    await rig.store.recordValue(again, value);
    await database.query(`INSERT INTO millrace.cancel_marks (run_id, cause) VALUES ($1, 'request')`, [first.runId]);
    await succeed(again);
    await age(31);
    await retain().runOnce();
    expect(await counts()).toEqual(nothing);
  });

  it('keeps what succeeded for its time, and what did not for its own', async () => {
    await succeed(await createRoot());
    await fail(await createRoot());
    await age(29);
    await retain().runOnce();
    expect(await countRuns()).toBe(2);
    await age(2);
    await retain().runOnce();
    expect(await countRuns()).toBe(1);
    await age(60);
    await retain().runOnce();
    expect(await countRuns()).toBe(0);
  });

  it('keeps everything of a kind whose retention is off', async () => {
    await succeed(await createRoot());
    await fail(await createRoot());
    await age(1_000);
    await retain({ succeededMs: undefined }).runOnce();
    const { rows } = await database.query('SELECT state FROM millrace.runs');
    expect(rows).toEqual([{ state: 'succeeded' }]);
    await retain({ succeededMs: undefined, unsuccessfulMs: undefined }).runOnce();
    expect(await countRuns()).toBe(1);
  });

  it('deletes a tree of many transactions from its root down, and nothing beside it', async () => {
    const root = await createRoot();
    const children = await open(root, 1_200);
    const nested = await claim(children[700]?.runId as string);
    await succeedAll(await open(nested, 700));
    await succeed(nested);
    await succeedAll(children.filter(({ runId }) => runId !== nested.runId));
    await succeed(root);
    await age(31);
    const young = await createRoot();
    await succeed(young);
    const retention = retain();
    await waitFor(async () => {
      await retention.runOnce();
      return (await countRuns()) === 1;
    });
    expect(await counts()).toEqual({ ...nothing, runs: 1 });
  });

  it('keeps a tree whole as long as something below its root is unfinished', async () => {
    const root = await createRoot();
    const [child] = await open(root, 2);
    const middle = await claim(child?.runId as string);
    const [grandchild] = await open(middle, 1);
    await fail(middle);
    await fail(root);
    await age(100);
    await retain().runOnce();
    expect(await countRuns()).toBe(4);
    const { rows } = await database.query<{ id: string }>(
      "SELECT id FROM millrace.runs WHERE state = 'queued' ORDER BY cardinality(ancestors) DESC",
    );
    expect(rows.map(({ id }) => id.slice(-12))).toContain(grandchild?.runId.slice(-12));
    for (const { id } of rows) await succeed(await claim(id));
    await retain().runOnce();
    expect(await counts()).toEqual(nothing);
  });

  it('does not delete a root that is reopened while it is about to', async () => {
    const root = await createRoot();
    await fail(root);
    await age(100);
    let deleting: Promise<void> | undefined;
    await database.transaction(async (transaction) => {
      await transaction.query(
        `UPDATE millrace.runs SET state = 'queued', error = NULL, finished_at = NULL, delivery = delivery + 1`,
      );
      deleting = retain().runOnce();
      await waitFor(async () => {
        const { rowCount } = await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND query LIKE '%retention.delete-roots%'`,
        );
        return rowCount === 1;
      });
    });
    await deleting;
    expect(await countRuns()).toBe(1);
  });

  it('goes on with the children of a tree whose deletion was cut off', async () => {
    const root = await createRoot();
    await succeedAll(await open(root, 3));
    await succeed(root);
    await database.query('DELETE FROM millrace.runs WHERE parent_id IS NULL');
    await database.query('DELETE FROM millrace.calls');
    await database.query('INSERT INTO millrace.deleted_parents (run_id) VALUES ($1)', [root.runId]);
    await retain().runOnce();
    expect(await counts()).toEqual(nothing);
  });

  it('leaves nothing to retry below a root that is gone', async () => {
    const root = await createRoot();
    const [child] = await open(root, 1);
    await fail(await claim(child?.runId as string));
    await database.query('DELETE FROM millrace.runs WHERE parent_id IS NULL');
    const retries = new PostgresRunRetries(database);
    expect(await retries.retry(child?.runId as string)).toEqual({ status: 'unknown-run' });
  });

  it('blocks no run, however long one of its deletions takes', async () => {
    const old = await createRoot();
    const line = { n: 1, attempt: 1, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
    await rig.store.appendLogs(old, [line]);
    await succeed(old);
    await age(31);
    const other = await rig.connect(1);
    await other.transaction(async (transaction) => {
      await transaction.query('SELECT FROM millrace.run_logs FOR UPDATE');
      const deleting = retain().runOnce();
      await waitFor(async () => {
        const waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '/* retention.%'";
        return (await database.query(waiting)).rowCount > 0;
      });
      await succeed(await createRoot());
      await transaction.query('COMMIT');
      await deleting;
    });
    expect(await countRuns()).toBe(1);
  });

  it('leaves the work to another process that is at it', async () => {
    await succeed(await createRoot());
    await age(31);
    await database.transaction(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtext('millrace.retention'))`);
      await retain().runOnce();
    });
    expect(await countRuns()).toBe(1);
    await Promise.all([retain().runOnce(), retain().runOnce()]);
    expect(await countRuns()).toBe(0);
  });

  it('asks PostgreSQL nothing for a while after a pass', async () => {
    const retention = retain();
    await retention.runOnce();
    await succeed(await createRoot());
    await age(31);
    await retention.runOnce();
    expect(await countRuns()).toBe(1);
  });
});

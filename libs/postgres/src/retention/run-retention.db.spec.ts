import { describeWorker } from '@millrace/engine';
import { FENCED, newRunId, type Delivery, type ExecutionRef, type NewRun } from '@millrace/runs';
import { silentLogger } from '@millrace/telemetry';
import { cloneDatabase, waitFor, type DatabaseClone } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../database.js';
import { PostgresRunRetries } from '../runs/postgres-run-retries.js';
import { PostgresRunStore } from '../runs/postgres-run-store.js';
import { PostgresWorkerLeases } from '../runs/postgres-worker-leases.js';
import { RunRetention, type RetentionAges } from './run-retention.js';

const DAY_MS = 86_400_000;
const TABLES = ['runs', 'attempts', 'calls', 'run_logs', 'cancel_marks', 'deleted_parents'];

describe('retention', () => {
  let clone: DatabaseClone;
  let database: Database;
  let store: PostgresRunStore;
  const worker = describeWorker(['default']);
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'retention spec' });
    store = new PostgresRunStore(database);
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });
  beforeEach(async () => {
    const all = [...TABLES, 'idempotency_keys', 'deduplication_keys', 'workers', 'gate_slots'].map(
      (table) => `millrace.${table}`,
    );
    await database.query(`TRUNCATE ${all.join(', ')}`);
    await new PostgresWorkerLeases(database).renew(worker, 60_000);
  });

  const retain = (ages: Partial<RetentionAges> = {}) =>
    new RunRetention(database, { succeededMs: 30 * DAY_MS, unsuccessfulMs: 90 * DAY_MS, ...ages }, silentLogger);
  const newRun = (fields: Partial<NewRun> = {}): NewRun => ({
    id: newRunId(),
    ...{ taskId: 't', queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 2 },
    ...fields,
  });
  const claim = async (runId: string, delivery = 1) => {
    const claimed = await store.claim(runId, delivery, worker.id);
    if (claimed === undefined) throw new Error('not claimed');
    return claimed;
  };
  const createRoot = async () => {
    const run = newRun();
    await store.create(run);
    return claim(run.id);
  };
  const open = async (parent: ExecutionRef, count: number): Promise<readonly Delivery[]> => {
    const call = { seq: 0, kind: 'map', taskId: 't', key: undefined, inputHash: 'h', children: count } as const;
    const place = { queue: 'default', input: '{}', key: undefined, priority: 0, maxAttempts: 1 };
    const children = Array.from({ length: count }, (_, index) => ({ id: newRunId(), index, ...place }));
    const deliveries = await store.openCall(parent, call, children);
    if (deliveries === FENCED) throw new Error('fenced');
    return deliveries;
  };
  const succeed = ({ runId, epoch }: ExecutionRef) => store.finish({ runId, epoch, status: 'succeeded', result: '1' });
  const fail = ({ runId, epoch }: ExecutionRef) =>
    store.finish({ runId, epoch, status: 'failed', error: { code: 'E', message: 'no' } });
  const succeedAll = (deliveries: readonly Delivery[]) =>
    Promise.all(deliveries.map(async ({ runId }) => succeed(await claim(runId))));

  /** Makes everything so many days older: the time in the ids as well, which a process's clock gave. */
  const age = async (days: number) => {
    const back = `interval '${days} days'`;
    const olderId = (id: string) =>
      `(lpad(to_hex(('x' || replace(substr(${id}::text, 1, 13), '-', ''))::bit(48)::bigint - ${days * DAY_MS}), 12, '0')
        || substr(replace(${id}::text, '-', ''), 13))::uuid`;
    await database.query(`UPDATE millrace.runs SET finished_at = finished_at - ${back}, created_at = created_at - ${back},
      id = ${olderId('id')}, root_id = ${olderId('root_id')}, parent_id = ${olderId('parent_id')}`);
    for (const table of ['attempts', 'calls', 'run_logs', 'cancel_marks']) {
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

  it('deletes an old run with its attempts, calls, logs and marks', async () => {
    const first = await createRoot();
    const error = { code: 'E', message: 'once' };
    await store.requeue(first, { reason: 'retry', error, delayMs: 0 });
    const again = await claim(first.runId, 2);
    const line = { n: 1, attempt: 2, at: new Date(), level: 'info', message: 'm', fields: undefined } as const;
    await store.appendLogs(again, [line]);
    const value = {
      seq: 0,
      kind: 'step',
      taskId: undefined,
      key: 'k',
      inputHash: 'h',
      outcomeSeq: 1,
      value: '1',
    } as const;
    await store.recordValue(again, value);
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

  it('deletes expired keys and workers long gone, and keeps those in use', async () => {
    const deduplication = { key: 'held' };
    const held = newRun({ deduplication });
    await store.create(held, { key: 'new', bodyHash: 'a' });
    const ended = newRun({ deduplication: { key: 'free' } });
    await store.create(ended, { key: 'old', bodyHash: 'a' });
    await succeed(await claim(ended.id));
    await database.query("UPDATE millrace.idempotency_keys SET expires_at = now() WHERE key = 'old'");
    await database.query("UPDATE millrace.deduplication_keys SET expires_at = now() - interval '2 hours'");
    const gone = describeWorker(['default']);
    await new PostgresWorkerLeases(database).renew(gone, 60_000);
    await database.query("UPDATE millrace.workers SET ended_at = now() - interval '8 days' WHERE id = $1", [gone.id]);
    await retain().runOnce();
    const keysOf = async (table: string) =>
      (await database.query<{ key: string }>(`SELECT key FROM millrace.${table}`)).rows.map(({ key }) => key);
    expect([await keysOf('idempotency_keys'), await keysOf('deduplication_keys')]).toEqual([['new'], ['held']]);
    const { rows } = await database.query('SELECT id FROM millrace.workers');
    expect(rows).toEqual([{ id: worker.id }]);
    expect(await store.create(newRun({ deduplication }))).toMatchObject({ status: 'existing', runId: held.id });
  });

  it('deletes slots that their runs hold no longer, and keeps those in use and those of rates', async () => {
    const held = await createRoot();
    const ended = await createRoot();
    await succeed(ended);
    await database.query(
      `INSERT INTO millrace.gate_slots (gate, run_id, delivery)
       VALUES ('key:t:a', $1, 1), ('key:t:b', $2, 1), ('rate:t', $2, 1), ('call:gone:0', $3, 1), ('key:t:a', $1, 0)`,
      [held.runId, ended.runId, newRunId()],
    );
    await retain().runOnce();
    const { rows } = await database.query('SELECT gate, run_id, delivery FROM millrace.gate_slots ORDER BY gate');
    expect(rows).toEqual([
      { gate: 'key:t:a', run_id: held.runId, delivery: 1 },
      { gate: 'rate:t', run_id: ended.runId, delivery: 1 },
    ]);
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

import { describeBatchCreationContract } from '@millrace/runs/batch-creation.contract';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { onceByKey } from './once-by-key.js';
import { PostgresBatchCreation } from './postgres-batch-creation.js';

describeBatchCreationContract('PostgreSQL', async () => {
  const rig = await openDatabaseRig();
  return { ...rig, batches: new PostgresBatchCreation(rig.database) };
});

describe('a batch in PostgreSQL', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  const { newRun } = storeScene(() => rig);
  const countOf = async (table: string) => {
    const { rows } = await rig.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM millrace.${table}`);
    return rows[0]?.n;
  };

  it('leaves neither a run nor its key behind when one run of it cannot be stored', async () => {
    const runs = [...Array.from({ length: 1_500 }, () => newRun()), newRun({ input: 'no JSON' })];
    const batches = new PostgresBatchCreation(rig.database);
    const claim = { key: 'k', bodyHash: 'a' };
    await expect(batches.createAll(runs, claim)).rejects.toMatchObject({ code: '22P02' });
    expect([await countOf('runs'), await countOf('idempotency_keys')]).toEqual([0, 0]);
    expect(await batches.createAll([newRun()], claim)).toMatchObject({ status: 'accepted' });
  });

  it('lets a deduplication key go to the run of a start that it had to wait for', async () => {
    const deduplication = { key: 'contended' };
    const ended = newRun({ deduplication });
    const { database, store } = rig;
    await store.create(ended);
    await database.query(
      `UPDATE millrace.runs SET state = 'cancelled', error = '{}', finished_at = clock_timestamp() WHERE id = $1`,
      [ended.id],
    );
    const [first, second] = [newRun({ deduplication }), newRun({ deduplication })];
    let answer: Promise<unknown> | undefined;
    // The first start holds the key, with its run not yet committed, while the second one asks for it.
    await database.transaction(async (transaction) => {
      await transaction.query('UPDATE millrace.deduplication_keys SET run_id = $1', [first.id]);
      answer = store.create(second);
      await waitFor(async () => {
        const { rows } = await database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length === 1;
      });
      await transaction.query(
        `INSERT INTO millrace.runs (id, task_id, queue, state, trigger, input, root_id, max_attempts)
         VALUES ($1, 't', 'default', 'queued', 'api', '{}', $1, 1)`,
        [first.id],
      );
    });
    expect(await answer).toEqual({ status: 'existing', runId: first.id });
  });

  it('does the work of a request again once its key has expired', async () => {
    const ask = () =>
      rig.database.transaction((transaction) =>
        onceByKey(transaction, 'cancel run', { key: 'old', bodyHash: 'a' }, async () => ({ at: performance.now() })),
      );
    const first = await ask();
    expect(await ask()).toEqual({ ...first, status: 'repeated' });
    await rig.database.query("UPDATE millrace.idempotency_keys SET expires_at = now() WHERE key = 'old'");
    const again = await ask();
    expect(again).toMatchObject({ status: 'done' });
    expect(again).not.toEqual(first);
  });
});

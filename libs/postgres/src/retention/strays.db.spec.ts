import { newRunId } from '@millrace/runs';
import { storeScene } from '@millrace/runs/store-scene.contract';
import { silentLogger } from '@millrace/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdLease, openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { RunRetention } from './run-retention.js';

const DAY_MS = 86_400_000;

describe('retention of what does not hang on a run', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  const retain = () =>
    new RunRetention(rig.database, { succeededMs: 30 * DAY_MS, unsuccessfulMs: 90 * DAY_MS }, silentLogger);
  const { create, claim, newRun, succeed } = storeScene(() => rig);

  it('deletes expired keys and workers long gone, and keeps those in use', async () => {
    const deduplication = { key: 'held' };
    const held = newRun({ deduplication });
    await rig.store.create(held, { key: 'new', bodyHash: 'a' });
    const ended = newRun({ deduplication: { key: 'free' } });
    await rig.store.create(ended, { key: 'old', bodyHash: 'a' });
    await succeed(await claim({ runId: ended.id, delivery: 1 }), '1');
    await rig.database.query("UPDATE millrace.idempotency_keys SET expires_at = now() WHERE key = 'old'");
    await rig.database.query("UPDATE millrace.deduplication_keys SET expires_at = now() - interval '2 hours'");
    const gone = await holdLease(rig.database);
    await rig.database.query("UPDATE millrace.workers SET ended_at = now() - interval '8 days' WHERE id = $1", [
      gone.id,
    ]);
    await retain().runOnce();
    const keysOf = async (table: string) =>
      (await rig.database.query<{ key: string }>(`SELECT key FROM millrace.${table}`)).rows.map(({ key }) => key);
    expect([await keysOf('idempotency_keys'), await keysOf('deduplication_keys')]).toEqual([['new'], ['held']]);
    const { rows } = await rig.database.query('SELECT id FROM millrace.workers');
    expect(rows).toEqual([{ id: rig.workerId }]);
    expect(await rig.store.create(newRun({ deduplication }))).toMatchObject({ status: 'existing', runId: held.id });
  });

  it('deletes slots that their runs hold no longer, and keeps those in use and those of rates', async () => {
    const held = await claim(await create());
    const ended = await claim(await create());
    await succeed(ended, '1');
    await rig.database.query(
      `INSERT INTO millrace.gate_slots (gate, run_id, delivery)
       VALUES ('key:t:a', $1, 1), ('key:t:b', $2, 1), ('rate:t', $2, 1), ('call:gone:0', $3, 1), ('key:t:a', $1, 0)`,
      [held.runId, ended.runId, newRunId()],
    );
    await retain().runOnce();
    const { rows } = await rig.database.query('SELECT gate, run_id, delivery FROM millrace.gate_slots ORDER BY gate');
    expect(rows).toEqual([
      { gate: 'key:t:a', run_id: held.runId, delivery: 1 },
      { gate: 'rate:t', run_id: ended.runId, delivery: 1 },
    ]);
  });
});

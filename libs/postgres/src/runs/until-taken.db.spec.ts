import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseRig, openDatabaseRig } from '../database-rig.contract.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

const { create, claim, newCall, newChild } = storeScene(() => rig);
const step = (value: string) => ({
  ...({ seq: 0, kind: 'step', taskId: undefined, key: 'note', inputHash: '', outcomeSeq: 0 } as const),
  value,
});

describe('what a call asks of a schema that is not the worker’s', () => {
  it('is a refusal of the store, for no fault of the run’s, and is taken once the schema is', async () => {
    const run = await claim(await create());
    await rig.database.query('ALTER TABLE millrace.calls RENAME COLUMN outcome_seq TO outcome_sequence');
    const refused = { code: 'MR_STORE_REFUSED', message: expect.stringContaining('"outcome_seq"') as string };
    await expect(rig.store.recordValue(run, step('1'))).rejects.toMatchObject(refused);
    await rig.database.query('ALTER TABLE millrace.calls RENAME COLUMN outcome_sequence TO outcome_seq');
    expect(await rig.store.recordValue(run, step('1'))).toBeUndefined();
  });

  it('is one too for a table that is not there', async () => {
    const run = await claim(await create());
    await rig.database.query('ALTER TABLE millrace.calls RENAME TO calls_elsewhere');
    const asked = rig.store.openCall(run, newCall({ children: 1 }), [newChild(0)]);
    await expect(asked).rejects.toMatchObject({ code: 'MR_STORE_REFUSED' });
    await rig.database.query('ALTER TABLE millrace.calls_elsewhere RENAME TO calls');
    expect(await rig.store.openCall(run, newCall({ children: 1 }), [newChild(0)])).toHaveLength(1);
  });
});

describe('what PostgreSQL cannot keep', () => {
  it('is the fault of whoever gives it', async () => {
    const run = await claim(await create());
    await expect(rig.store.recordValue(run, step('{'))).rejects.toMatchObject({ code: '22P02' });
  });
});

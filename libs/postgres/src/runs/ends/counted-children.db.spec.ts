import { storeScene } from '@millrace/runs/store-scene.contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { finishRuns } from './finish-runs.js';

describe('the children of one call', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  const { create, claim, openCall } = storeScene(() => rig);

  /** From here on each row of a call that is written leaves one here. */
  async function countWritesOfCalls(): Promise<void> {
    await rig.database.query('CREATE TABLE written_calls (pending int)');
    await rig.database.query(
      `CREATE FUNCTION note_written_call() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN INSERT INTO written_calls VALUES (NEW.pending); RETURN NULL; END $$`,
    );
    await rig.database.query(
      'CREATE TRIGGER note_written AFTER UPDATE ON millrace.calls FOR EACH ROW EXECUTE FUNCTION note_written_call()',
    );
  }

  it('are counted off in one write of their call for all that end in one batch', async () => {
    const parent = await claim(await create());
    const deliveries = await openCall(parent, 60);
    await rig.store.suspend(parent, parent.wakes);
    const children = await Promise.all(deliveries.map(claim));
    const ends = children.map(({ runId, epoch }) => ({ runId, epoch, status: 'succeeded', result: '1' }) as const);
    await countWritesOfCalls();

    await finishRuns(rig.database, ends.slice(0, 50));
    await finishRuns(rig.database, ends.slice(50));

    const { rows } = await rig.database.query('SELECT pending FROM written_calls');
    expect(rows).toEqual([{ pending: 10 }, { pending: 0 }]);
  });
});

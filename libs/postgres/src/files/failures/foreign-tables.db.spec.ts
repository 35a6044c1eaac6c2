import { drivers, FeedRegistry, FileLoader, SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FeedTables } from '../../feeds/feed-tables.js';
import { DRIVERS_SAMPLE, LoadingRig, statuses } from '../loading-rig.contract.js';
import { PostgresFileLedger } from '../postgres-file-ledger.js';

let rig: LoadingRig;
let tables: FeedTables;
beforeAll(async () => {
  rig = await LoadingRig.open();
  tables = new FeedTables(rig.database);
});
afterAll(async () => {
  await tables.close();
  await rig.close();
});
beforeEach(() => rig.reset());

const ALIEN = 'CREATE TABLE public.drivers (id bigint PRIMARY KEY, licence text NOT NULL)';

/** A loader of a worker that finds this table at boot in place of its own. */
async function loaderBeside(statement: string): Promise<FileLoader> {
  await rig.database.query(`DROP TABLE public.drivers; ${statement}`);
  const unusable = await tables.prepare(SHIPPED_FEEDS);
  expect(unusable.map(({ table, why }) => [table.name, why.code])).toEqual([['drivers', 'MR_TABLE_UNFIT']]);
  const ledger = new PostgresFileLedger(rig.database, tables);
  const feeds = SHIPPED_FEEDS.map((feed) => ({ ...feed, quietPeriodMs: 0 }));
  return new FileLoader(ledger, new FeedRegistry(feeds), rig.inbox, rig.at('spool'));
}

describe("a table of somebody else's under the name of a shipped feed's", () => {
  it('stays as it is, and its feed alone is off: files of others load, also beside its own', async () => {
    const loader = await loaderBeside(`${ALIEN}; INSERT INTO public.drivers VALUES (1, 'B')`);
    const [driver, status] = [
      await rig.dropSample(DRIVERS_SAMPLE),
      await rig.drop('vehicles_status_1.json', statuses(['v', '2022-05-01T00:00:00Z', 'driving'])),
    ];
    const unfit = {
      code: 'MR_TABLE_UNFIT',
      fatal: true,
      message: expect.stringContaining('public.drivers lacks the column file_id') as string,
    };
    expect(await rig.loadTogether([driver, status], loader)).toMatchObject([
      { status: 'rejected', reason: unfit },
      { status: 'fulfilled', value: { result: { outcome: 'loaded', rows: 1 } } },
    ]);
    await expect(rig.load(await rig.runAgain(driver), loader)).rejects.toMatchObject(unfit);
    expect(await rig.rowsOf('SELECT * FROM public.drivers')).toEqual([{ id: '1', licence: 'B' }]);
    expect(await rig.ledger.find(driver.id)).toMatchObject({ state: 'arrived' });
  });

  it('stands in the way no longer once it has another name, without a new start', async () => {
    const loader = await loaderBeside(ALIEN);
    const dropped = await rig.dropSample(DRIVERS_SAMPLE);
    await expect(rig.load(dropped, loader)).rejects.toMatchObject({ code: 'MR_TABLE_UNFIT' });
    await rig.database.query('ALTER TABLE public.drivers RENAME TO persons');
    expect((await rig.load(await rig.runAgain(dropped), loader)).result).toMatchObject({ outcome: 'loaded' });
    await rig.database.query('DROP TABLE public.persons');
  });

  it("keeps a worker from starting when a feed of the user's own is to load into it", async () => {
    await rig.database.query(`DROP TABLE public.drivers; ${ALIEN}`);
    const own = { ...drivers, id: 'own', target: { ...(drivers.target as object) } as typeof drivers.target };
    await expect(tables.prepare([...SHIPPED_FEEDS, own])).rejects.toMatchObject({ code: 'MR_TABLE_UNFIT' });
    await rig.database.query('DROP TABLE public.drivers');
    await tables.prepare(SHIPPED_FEEDS);
  });
});

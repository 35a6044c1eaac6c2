import { randomUUID } from 'node:crypto';
import { FeedRegistry, FileLoader, SHIPPED_FEEDS } from '@millrace/ingest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../database.js';
import { FeedTables } from '../../feeds/feed-tables.js';
import { DRIVERS_SAMPLE, LoadingRig, statuses } from '../loading-rig.contract.js';
import { PostgresFileLedger } from '../postgres-file-ledger.js';

const ROLE = `loader_${randomUUID().slice(0, 8)}`;
const TIME = '2022-05-01T00:00:00Z';

let rig: LoadingRig;
let database: Database;
let tables: FeedTables;
beforeAll(async () => {
  rig = await LoadingRig.open();
  await rig.database.query(
    `CREATE ROLE ${ROLE} LOGIN PASSWORD 'loader';
     GRANT USAGE ON SCHEMA millrace TO ${ROLE};
     GRANT ALL ON ALL TABLES IN SCHEMA millrace TO ${ROLE};
     GRANT ALL ON ALL SEQUENCES IN SCHEMA millrace TO ${ROLE};
     GRANT SELECT ON public.drivers TO ${ROLE}`,
  );
  const url = new URL(rig.url);
  [url.username, url.password] = [ROLE, 'loader'];
  database = await Database.open({ url: url.href, applicationName: 'spec' });
  tables = new FeedTables(database);
});
afterAll(async () => {
  await tables.close();
  await database.close();
  await rig.database.query(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
  await rig.close();
});
beforeEach(() => rig.reset());

describe('small files of which one table may not be written by the role of the database', () => {
  it('say which right is missing, and the files of other tables load in the same attempt', async () => {
    const report = (n: number) => rig.drop(`vehicles_status_${n}.json`, statuses([`v${n}`, TIME, 'driving']));
    // Makes the partition, for which one must own the table.
    await rig.load(await report(1));
    const files = [
      await rig.dropSample(DRIVERS_SAMPLE),
      await report(2),
      await rig.dropSample(DRIVERS_SAMPLE, DRIVERS_SAMPLE.replace('_06', '_07')),
      await report(3),
    ];
    const feeds = new FeedRegistry(SHIPPED_FEEDS.map((feed) => ({ ...feed, quietPeriodMs: 0 })));
    const loader = new FileLoader(new PostgresFileLedger(database, tables), feeds, rig.inbox, rig.at('spool'));
    const refused = {
      status: 'rejected',
      reason: {
        code: 'MR_DATABASE_RIGHT_MISSING',
        message: expect.stringMatching(/permission denied for table drivers.*GRANT/) as string,
      },
    };
    const loaded = { status: 'fulfilled', value: { result: { outcome: 'loaded' } } };
    expect(await rig.loadTogether(files, loader)).toMatchObject([refused, loaded, refused, loaded]);
  });
});

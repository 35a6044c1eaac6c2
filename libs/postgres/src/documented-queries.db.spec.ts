import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from './database-rig.contract.js';

const page = await readFile(new URL('../../../docs/queries.md', import.meta.url), 'utf8');
const queries = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql as string);

describe('docs/queries.md', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  it('has queries', () => {
    expect(queries.length).toBeGreaterThan(5);
  });

  it.each(queries)('has a query that runs: %s', async (sql) => {
    await expect(rig.database.query(sql)).resolves.toBeDefined();
  });
});

import { readFile } from 'node:fs/promises';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database.js';

const page = await readFile(new URL('../../../docs/queries.md', import.meta.url), 'utf8');
const queries = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql as string);

describe('docs/queries.md', () => {
  let clone: DatabaseClone;
  let database: Database;
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'spec' });
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });

  it('has queries', () => {
    expect(queries.length).toBeGreaterThan(5);
  });

  it.each(queries)('has a query that runs: %s', async (sql) => {
    await expect(database.query(sql)).resolves.toBeDefined();
  });
});

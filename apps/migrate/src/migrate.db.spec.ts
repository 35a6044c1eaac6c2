import { loadConfig } from '@millrace/config';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { Database } from '@millrace/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.js';

describe('migrate', () => {
  let clone: DatabaseClone;
  let database: Database;

  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'migrate-spec', poolSize: 2 });
    await database.query('DROP SCHEMA millrace CASCADE');
  });
  afterAll(async () => {
    await database.close();
    await clone.drop();
  });

  const schemas = async () => {
    const { rows } = await database.query<{ schema: string }>(
      `SELECT DISTINCT table_schema AS schema FROM information_schema.tables
       WHERE table_schema IN ('millrace', 'bullmq') AND table_type = 'BASE TABLE' ORDER BY 1`,
    );
    return rows.map(({ schema }) => schema);
  };

  it('leaves the queues to Redis where there is one', async () => {
    await migrate(loadConfig({ DATABASE_URL: clone.url, REDIS_URL: 'redis://127.0.0.1:1' }));
    expect(await schemas()).toEqual(['millrace']);
  });

  it('also creates the queues of the PostgreSQL backend, by any number of processes at once', async () => {
    const config = loadConfig({ DATABASE_URL: clone.url });
    await Promise.all([migrate(config), migrate(config), migrate(config)]);
    expect(await schemas()).toEqual(['bullmq', 'millrace']);
  });

  it('needs to be told which PostgreSQL', async () => {
    await expect(migrate(loadConfig({}))).rejects.toMatchObject({ code: 'MR_DATABASE_URL_MISSING' });
  });
});

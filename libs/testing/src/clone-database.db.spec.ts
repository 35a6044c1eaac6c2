import { describe, expect, inject, it } from 'vitest';
import { Client } from 'pg';
import { cloneDatabase } from './clone-database.js';
import { withClient } from './with-client.js';

const tables = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM pg_tables');
    return rows[0]?.count;
  });

describe('cloneDatabase', () => {
  it('gives databases of their own, migrated', async () => {
    const [one, other] = [await cloneDatabase(), await cloneDatabase()];
    await withClient(one.url, (client) => client.query('CREATE TABLE mine ()'));
    expect(await tables(one.url)).toBe(((await tables(other.url)) ?? 0) + 1);
    const migrated = await withClient(other.url, (client) => client.query('SELECT FROM millrace.migrations'));
    expect(migrated.rowCount).toBeGreaterThan(0);
    await Promise.all([one.drop(), other.drop()]);
  });

  it('fails the spec that leaves a connection open, and drops the database all the same', async () => {
    const clone = await cloneDatabase();
    const leak = new Client({ connectionString: clone.url, application_name: 'leaky-spec' });
    leak.on('error', () => undefined);
    await leak.connect();
    await expect(clone.drop()).rejects.toThrow('leaky-spec');
    const gone = await withClient(inject('postgresUrl'), (client) =>
      client.query('SELECT FROM pg_database WHERE datname = $1', [new URL(clone.url).pathname.slice(1)]),
    );
    expect(gone.rowCount).toBe(0);
  }, 20_000);
});

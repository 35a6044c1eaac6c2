import './provided-servers.js';
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { inject } from 'vitest';
import { waitFor } from './wait-for.js';
import { urlOfDatabase, withClient } from './with-client.js';

export interface DatabaseClone {
  readonly url: string;
  /** @throws when the spec left a connection open; the database is dropped all the same */
  readonly drop: () => Promise<void>;
}

/** A migrated, empty database of the spec file's own; takes some 50 ms. Drop it in `afterAll`, after what uses it. */
export async function cloneDatabase(): Promise<DatabaseClone> {
  const adminUrl = inject('postgresUrl');
  const name = `millrace_spec_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`),
  );
  return {
    url: urlOfDatabase(adminUrl, name),
    drop: () =>
      withClient(adminUrl, async (client) => {
        try {
          await refuseOpenConnections(client, name);
        } finally {
          await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        }
      }),
  };
}

/** A backend ends a moment after its client has hung up, hence the deadline. */
async function refuseOpenConnections(client: Client, database: string): Promise<void> {
  await waitFor(
    async () => {
      const { rows } = await client.query<{ application_name: string; query: string }>(
        'SELECT application_name, query FROM pg_stat_activity WHERE datname = $1',
        [database],
      );
      if (rows.length === 0) return true;
      throw new Error(
        `The spec left ${rows.length} connection(s) open: ` +
          rows.map((row) => `${row.application_name} (last: ${row.query.slice(0, 80)})`).join(', '),
      );
    },
    { deadline: 2_000 },
  );
}

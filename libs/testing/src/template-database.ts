import { randomBytes } from 'node:crypto';
import { urlOfDatabase, withClient } from './with-client.js';

export interface TemplateDatabase {
  readonly name: string;
  readonly drop: () => Promise<void>;
}

/**
 * A database migrated once a test run, which `cloneDatabase` copies.
 *
 * @param adminUrl superuser's URL of any other database on the server
 * @param migrate must have closed its connections when it resolves: PostgreSQL copies no database in use
 */
export async function createTemplateDatabase(
  adminUrl: string,
  migrate: (url: string) => Promise<void>,
): Promise<TemplateDatabase> {
  const name = `millrace_template_${randomBytes(6).toString('hex')}`;
  const drop = () =>
    withClient(adminUrl, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  try {
    await migrate(urlOfDatabase(adminUrl, name));
  } catch (error) {
    await drop();
    throw error;
  }
  return { name, drop };
}

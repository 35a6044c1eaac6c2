import { migrateQueueSchema } from '@millrace/bullmq';
import { requireDatabaseUrl, type Config } from '@millrace/config';
import { Database } from '@millrace/postgres';

/**
 * Brings Millrace's tables up to date and, when the queues live in PostgreSQL, BullMQ's too. Several at once wait for
 * each other.
 *
 * @throws DatabaseUrlMissingError
 */
export async function migrate(config: Config): Promise<void> {
  const url = requireDatabaseUrl(config);
  const database = await Database.open({ url, applicationName: 'millrace-migrate', poolSize: 2 });
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
  if (config.queue.redis === undefined) await migrateQueueSchema(url);
}

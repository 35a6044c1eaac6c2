import { runMigrations } from 'bullmq';
import { Client } from 'pg';

/**
 * Creates or updates BullMQ's tables (schema `bullmq`) for its PostgreSQL backend; nothing to do when they are current.
 * To run before anything of this room starts on that backend. Several at once wait for each other.
 */
export async function migrateQueueSchema(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'millrace-migrate-queue' });
  // A lost connection fails the migration; unheard, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

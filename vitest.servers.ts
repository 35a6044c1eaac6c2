import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@millrace/postgres';
import { startEmbeddedServer } from '@millrace/postgres/embedded';
import { createTemplateDatabase, startRedis } from '@millrace/testing';
import type { TestProject } from 'vitest/node';

/** Servers of the whole run of the project `db`: one PostgreSQL with a migrated template database, one Redis. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const undo: (() => Promise<unknown>)[] = [];
  const teardown = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const postgresUrl = process.env['TEST_DATABASE_URL'] ?? (await startThrowAwayPostgres(undo));
    const template = await createTemplateDatabase(postgresUrl, migrate);
    undo.push(template.drop);
    const redis = process.env['TEST_REDIS_URL'] === undefined ? await startRedis() : undefined;
    if (redis !== undefined) undo.push(redis.stop);

    project.provide('postgresUrl', postgresUrl);
    project.provide('templateDatabase', template.name);
    project.provide('redisUrl', process.env['TEST_REDIS_URL'] ?? redis?.url ?? null);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

/** Without fsync: it is thrown away, and no spec cuts the power. */
async function startThrowAwayPostgres(undo: (() => Promise<unknown>)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-db-specs-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL's own user must be able to enter it when root runs the specs.
  await chmod(folder, 0o755);
  const server = await startEmbeddedServer({
    dataDir: join(folder, 'postgres'),
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: 300 },
  });
  undo.push(server.stop);
  return server.url;
}

async function migrate(url: string): Promise<void> {
  const database = await Database.open({ url, applicationName: 'millrace-template' });
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
}

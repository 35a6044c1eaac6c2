import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateQueueSchema } from '@millrace/bullmq';
import { loadConfig, type Config } from '@millrace/config';
import { InMemoryHintChannel, RunHints, TaskRegistry } from '@millrace/engine';
import { FeedRegistry } from '@millrace/ingest';
import { openDatabaseRig, type DatabaseRig } from '@millrace/postgres/database-rig.contract';
import { defineTask } from '@millrace/sdk';
import { Metrics, silentLogger } from '@millrace/telemetry';
import { describeWithRedis, redisUrl, waitFor } from '@millrace/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApi } from './create-api.js';
import { RootModule } from './root.module.js';

const task = (id: string, queue: string) =>
  defineTask({ id, queue, input: z.object({}), result: z.null(), run: async () => null });

function boardOn(backend: () => Config['queue']) {
  let rig: DatabaseRig;
  let app: NestFastifyApplication;
  // A name of this run's own: a Redis given by TEST_REDIS_URL outlives it.
  const reports = `reports-${process.pid}`;

  beforeAll(async () => {
    rig = await openDatabaseRig();
    await migrateQueueSchema(rig.url);
    const config = {
      database: { url: rig.url },
      queue: backend(),
      http: { host: '127.0.0.1', port: 0, apiTokens: ['secret'], authOff: false },
      files: {
        home: tmpdir(),
        inboxes: [join(tmpdir(), 'no-inbox')],
        archive: tmpdir(),
        quarantine: tmpdir(),
        subfolders: false,
      },
    } as unknown as Config;
    const tasks = TaskRegistry.from(
      [task('report', reports), task('mail', `mails-${process.pid}`)].map((value) => ({ value, origin: 'spec' })),
    );
    const metrics = new Metrics('api');
    const hints = new RunHints(new InMemoryHintChannel());
    const parts = {
      config,
      logger: silentLogger,
      metrics,
      hints,
      database: rig.database,
      tasks,
      feeds: new FeedRegistry([]),
    };
    app = await createApi(RootModule.forParts(parts), parts);
  });
  afterAll(async () => {
    await app.close();
    await rig.close();
  });

  const ask = (
    method: 'GET' | 'PUT',
    url: string,
    headers: Record<string, string> = { authorization: 'Bearer secret' },
  ) => app.inject({ method, url, headers });

  it('shows the queue of each task, and the jobs of the runs started', async () => {
    const headers = { authorization: 'Bearer secret' };
    const started = await app.inject({ method: 'POST', url: '/runs', payload: { task: 'report' }, headers });
    expect(started.statusCode).toBe(202);
    await waitFor(async () => {
      const { queues } = (await ask('GET', `/queues/api/queues?activeQueue=${reports}&status=latest`)).json<{
        queues: { name: string; readOnlyMode: boolean; jobs: { externalUrl?: { href: string } }[] }[];
      }>();
      expect(queues.map(({ name }) => name).sort()).toEqual([`mails-${process.pid}`, reports]);
      const shown = queues.find(({ name }) => name === reports);
      expect(shown).toMatchObject({ readOnlyMode: true });
      const links = shown?.jobs.map(({ externalUrl }) => externalUrl?.href);
      expect(links).toEqual([`/runs/${started.json<{ id: string }>().id}`]);
      return true;
    });
  });

  it('has a page, and changes nothing', async () => {
    expect((await ask('GET', '/queues')).headers['content-type']).toContain('text/html');
    expect((await ask('PUT', `/queues/api/queues/${reports}/pause`)).statusCode).toBe(405);
  });

  it.each([['/queues'], ['/queues/'], ['/queues/api/queues'], ['/queues/static/css/none.css']])(
    '%s needs a token',
    async (url) => {
      const refused = await ask('GET', url, {});
      expect(refused.statusCode).toBe(401);
      expect(refused.json()).toMatchObject({ code: 'MR_UNAUTHORIZED' });
    },
  );
}

describe('/queues on PostgreSQL', () => boardOn(() => loadConfig({}).queue));
describeWithRedis('/queues on Redis', () => boardOn(() => loadConfig({ REDIS_URL: redisUrl() }).queue));

import { tmpdir } from 'node:os';
import { TASK_QUEUE } from '@millrace/bullmq';
import type { Config } from '@millrace/config';
import { Problem, RunSummary } from '@millrace/contracts';
import { InMemoryTaskQueue, TaskRegistry } from '@millrace/engine';
import { FeedRegistry, SHIPPED_FEEDS } from '@millrace/ingest';
import { Database } from '@millrace/postgres';
import { defineTask } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiModule } from '../api.module.js';
import { createApi } from '../create-api.js';

const nap = defineTask({ id: 'nap', input: z.object({}), result: z.null(), run: async () => null });

@Global()
@Module({
  providers: [{ provide: TASK_QUEUE, useValue: new InMemoryTaskQueue() }],
  exports: [TASK_QUEUE],
})
class QueueInSpec {}

describe('POST /runs/:id/cancel', () => {
  let clone: DatabaseClone;
  let database: Database;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    clone = await cloneDatabase();
    database = await Database.open({ url: clone.url, applicationName: 'cancel spec' });
    const config = {
      http: { host: '127.0.0.1', port: 0, apiTokens: [], authOff: false },
      files: { home: tmpdir() },
    } as unknown as Config;
    const tasks = TaskRegistry.from([{ value: nap, origin: 'spec' }]);
    const parts = { config, logger: silentLogger, database, tasks, feeds: new FeedRegistry(SHIPPED_FEEDS) };
    app = await createApi({ module: class Root {}, imports: [QueueInSpec, ApiModule.forParts(parts)] }, parts);
  });
  afterAll(async () => {
    await app.close();
    await database.close();
    await clone.drop();
  });

  const start = async () => {
    const answer = await app.inject({ method: 'POST', url: '/runs', payload: { task: 'nap' } });
    return answer.json<{ id: string }>().id;
  };
  const cancel = (id: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: `/runs/${id}/cancel`, headers });

  it('answers 202 with the run as it is then, and the same again', async () => {
    const id = await start();
    const first = await cancel(id, { 'idempotency-key': 'once' });
    expect(first.statusCode).toBe(202);
    expect(RunSummary.parse(first.json())).toMatchObject({ id, state: 'cancelled' });
    const second = await cancel(id);
    expect(second.statusCode).toBe(202);
    expect(second.json()).toEqual(first.json());
  });

  it('cancels nothing that was retried, when the first request comes once more under its key', async () => {
    const id = await start();
    const key = { 'idempotency-key': 'late' };
    await cancel(id, key);
    await database.query('DELETE FROM millrace.cancel_marks WHERE run_id = $1', [id]);
    await database.query(
      `UPDATE millrace.runs SET state = 'queued', error = NULL, finished_at = NULL, delivery = delivery + 1 WHERE id = $1`,
      [id],
    );
    const late = await cancel(id, key);
    expect([late.statusCode, late.json()]).toMatchObject([202, { id, state: 'queued' }]);
    expect((await cancel(id)).json()).toMatchObject({ state: 'cancelled' });
  });

  it('tells of the cancellation as the error of the run', async () => {
    const id = await start();
    await cancel(id);
    const run = await app.inject({ url: `/runs/${id}` });
    expect(run.json()).toMatchObject({ state: 'cancelled', error: { code: 'MR_RUN_CANCELLED' } });
  });

  it('answers 409 to a run that has ended', async () => {
    const id = await start();
    await database.query(`UPDATE millrace.runs SET state = 'failed', error = '{}', finished_at = now() WHERE id = $1`, [
      id,
    ]);
    const answer = await cancel(id);
    expect(answer.statusCode).toBe(409);
    expect(Problem.parse(answer.json())).toMatchObject({ code: 'MR_RUN_ENDED', runId: id });
  });

  it('knows no run that is not there, and takes no key that is none', async () => {
    expect((await cancel('01890000-0000-7000-8000-000000000000')).json()).toMatchObject({ code: 'MR_RUN_UNKNOWN' });
    expect((await cancel('nonsense')).json()).toMatchObject({ code: 'MR_RUN_UNKNOWN' });
    const key = { 'idempotency-key': 'a b' };
    expect((await cancel(await start(), key)).json()).toMatchObject({ code: 'MR_IDEMPOTENCY_KEY_INVALID' });
  });
});

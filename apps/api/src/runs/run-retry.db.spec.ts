import { randomUUID } from 'node:crypto';
import { RunDetail } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());

const retry = (id: string, headers: Record<string, string> = {}) =>
  rig.app.inject({ method: 'POST', url: `/runs/${id}/retry`, headers });
const read = async (id: string) =>
  RunDetail.parse((await rig.app.inject({ method: 'GET', url: `/runs/${id}` })).json());

async function failedRun(): Promise<string> {
  const id = await rig.start();
  const run = await rig.store.claim(id, 1, rig.workerId);
  await rig.store.finish({ runId: id, epoch: run?.epoch ?? 0, status: 'failed', error: { code: 'E', message: 'no' } });
  return id;
}

describe('POST /runs/:id/retry', () => {
  it('queues a failed run again, and keeps the attempt that failed', async () => {
    const id = await failedRun();
    const answer = await retry(id);
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['location']).toBe(`/runs/${id}`);
    expect(answer.json()).toMatchObject({ id, task: 'greet', state: 'queued', existing: false });
    expect(await read(id)).toMatchObject({
      ...{ state: 'queued', attempt: 2, maxAttempts: 6, error: null, finishedAt: null },
      attempts: [{ attempt: 1, state: 'failed', workerId: rig.workerId, error: { code: 'E' } }],
    });
  });

  it('keeps the attempt of a run that was cancelled before a worker took it', async () => {
    const id = await rig.start();
    await rig.database.query(
      `UPDATE millrace.runs SET state = 'cancelled', error = '{"code":"MR_RUN_CANCELLED","message":"c"}', finished_at = now() WHERE id = $1`,
      [id],
    );
    expect((await retry(id)).statusCode).toBe(202);
    const { attempts } = await read(id);
    expect(attempts).toMatchObject([{ attempt: 1, state: 'cancelled', workerId: null }]);
    expect(attempts[0]?.startedAt).toBe(attempts[0]?.finishedAt);
  });

  it('retries once for an idempotency key', async () => {
    const id = await failedRun();
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([retry(id, headers), retry(id, headers)]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202]);
    expect(answers.map((answer) => answer.json<{ existing: boolean }>().existing).sort()).toEqual([false, true]);
    expect(await read(id)).toMatchObject({ attempt: 2 });
  });

  it('refuses a run that has not ended, and says so', async () => {
    const id = await rig.start();
    expect(problemOf(await retry(id))).toMatchObject({
      status: 409,
      code: 'MR_RUN_NOT_RETRYABLE',
      detail: `Run ${id} has not ended. Only a failed or cancelled run is retried.`,
    });
  });

  it.each([randomUUID(), 'nonsense'])('knows no run %s', async (id) => {
    expect(problemOf(await retry(id))).toMatchObject({ status: 404, code: 'MR_RUN_UNKNOWN' });
  });

  it('refuses a nonsensical idempotency key', async () => {
    const answer = await retry(await failedRun(), { 'idempotency-key': 'two words' });
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'MR_IDEMPOTENCY_KEY_INVALID' });
  });
});

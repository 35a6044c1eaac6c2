import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RunDetail } from '@millrace/contracts';
import { RunWaits } from '@millrace/engine';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { greetAda, openApiRig, problemOf, startApi, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());

const post = (query: string, headers: Record<string, string> = {}) =>
  rig.app.inject({ method: 'POST', url: `/runs${query}`, payload: greetAda, headers });
const get = (url: string) => rig.app.inject({ method: 'GET', url });
const idOf = (answer: { json: <T>() => T }) => answer.json<{ id: string }>().id;
const newestQueued = () =>
  waitFor(async () => {
    const { rows } = await rig.database.query<{ id: string }>(
      `SELECT id FROM millrace.runs WHERE state = 'queued' ORDER BY id DESC LIMIT 1`,
    );
    return rows[0]?.id;
  });
const finish = async (runId: string) => {
  const claimed = await rig.store.claim(runId, 1, rig.workerId);
  if (claimed === undefined) throw new Error('not claimed');
  await rig.store.finish({ runId, epoch: claimed.epoch, status: 'succeeded', result: '"Hello, Ada!"' });
};

describe('?wait on POST /runs', () => {
  it('answers 200 with the result as soon as the run has ended', async () => {
    const asking = post('?wait=30s').then((answer) => answer);
    await finish(await newestQueued());
    const answer = await asking;
    expect(answer.statusCode).toBe(200);
    const run = RunDetail.parse(answer.json());
    expect(run).toMatchObject({ state: 'succeeded', result: 'Hello, Ada!' });
    expect(answer.headers['location']).toBe(`/runs/${run.id}`);
  });

  it('answers 202 when the time is over', async () => {
    const answer = await post('?wait=50ms');
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ state: 'queued', existing: false });
    await finish(idOf(answer));
  });

  it('answers at once for a repeated request whose run has ended', async () => {
    const first = await post('', { 'idempotency-key': 'waited' });
    await finish(idOf(first));
    const again = await post('?wait=60s', { 'idempotency-key': 'waited' });
    expect([again.statusCode, again.json()]).toMatchObject([200, { id: idOf(first), result: 'Hello, Ada!' }]);
  });

  it.each([['61s'], ['60001ms'], ['2m'], ['30'], ['-1s'], ['']])('starts nothing for ?wait=%s', async (wait) => {
    const before = (await rig.database.query('SELECT FROM millrace.runs')).rowCount;
    const problem = problemOf(await post(`?wait=${wait}`));
    expect(problem).toMatchObject({ status: 400, code: 'MR_QUERY_INVALID', errors: [{ pointer: '/wait' }] });
    expect((await rig.database.query('SELECT FROM millrace.runs')).rowCount).toBe(before);
  });
});

describe('?wait on GET /runs/:id', () => {
  it('answers 200 when the run has ended by then, and 202 when it has not', async () => {
    const id = await rig.start();
    const early = await get(`/runs/${id}?wait=20ms`);
    expect([early.statusCode, RunDetail.parse(early.json()).state]).toEqual([202, 'queued']);
    const asking = get(`/runs/${id}?wait=1m`).then((answer) => answer);
    await finish(id);
    expect([(await asking).statusCode, (await asking).json()]).toMatchObject([200, { result: 'Hello, Ada!' }]);
    expect((await get(`/runs/${id}?wait=1m`)).statusCode).toBe(200);
  });

  it('lets go of a caller that hangs up, and of all when the API closes', async () => {
    const closing = await startApi(rig.database);
    await closing.listen(0, '127.0.0.1');
    const { port } = closing.getHttpServer().address() as AddressInfo;
    const id = await rig.start();
    const ask = () => request({ port, host: '127.0.0.1', path: `/runs/${id}?wait=60s` });
    const waits = closing.get(RunWaits);
    const hungUp = ask();
    hungUp.on('error', () => undefined);
    hungUp.end();
    await waitFor(() => waits.count === 1);
    hungUp.destroy();
    await waitFor(() => waits.count === 0);

    const patient = ask();
    patient.end();
    const answered = once(patient, 'response') as Promise<[{ statusCode: number }]>;
    await waitFor(() => waits.count === 1);
    await closing.close();
    expect((await answered)[0].statusCode).toBe(202);
    await finish(id);
  });
});

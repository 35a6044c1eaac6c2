import { Problem, RunSummary } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, type ApiRig } from '../api-rig.contract.js';

describe('POST /runs/:id/cancel', () => {
  let rig: ApiRig;
  beforeAll(async () => {
    rig = await openApiRig();
  });
  afterAll(() => rig.close());

  const cancel = (id: string, headers: Record<string, string> = {}) =>
    rig.app.inject({ method: 'POST', url: `/runs/${id}/cancel`, headers });

  it('answers 202 with the run as it is then, and the same again', async () => {
    const id = await rig.start();
    const first = await cancel(id, { 'idempotency-key': 'once' });
    expect(first.statusCode).toBe(202);
    expect(RunSummary.parse(first.json())).toMatchObject({ id, state: 'cancelled' });
    const second = await cancel(id);
    expect(second.statusCode).toBe(202);
    expect(second.json()).toEqual(first.json());
  });

  it('cancels nothing that was retried, when the first request comes once more under its key', async () => {
    const id = await rig.start();
    const key = { 'idempotency-key': 'late' };
    await cancel(id, key);
    await rig.database.query('DELETE FROM millrace.cancel_marks WHERE run_id = $1', [id]);
    await rig.database.query(
      `UPDATE millrace.runs SET state = 'queued', error = NULL, finished_at = NULL, delivery = delivery + 1 WHERE id = $1`,
      [id],
    );
    const late = await cancel(id, key);
    expect([late.statusCode, late.json()]).toMatchObject([202, { id, state: 'queued' }]);
    expect((await cancel(id)).json()).toMatchObject({ state: 'cancelled' });
  });

  it('tells of the cancellation as the error of the run', async () => {
    const id = await rig.start();
    await cancel(id);
    const run = await rig.app.inject({ url: `/runs/${id}` });
    expect(run.json()).toMatchObject({ state: 'cancelled', error: { code: 'MR_RUN_CANCELLED' } });
  });

  it('answers 409 to a run that has ended', async () => {
    const id = await rig.start();
    await rig.database.query(
      `UPDATE millrace.runs SET state = 'failed', error = '{}', finished_at = now() WHERE id = $1`,
      [id],
    );
    const answer = await cancel(id);
    expect(answer.statusCode).toBe(409);
    expect(Problem.parse(answer.json())).toMatchObject({ code: 'MR_RUN_ENDED', runId: id });
  });

  it('knows no run that is not there, and takes no key that is none', async () => {
    expect((await cancel('01890000-0000-7000-8000-000000000000')).json()).toMatchObject({ code: 'MR_RUN_UNKNOWN' });
    expect((await cancel('nonsense')).json()).toMatchObject({ code: 'MR_RUN_UNKNOWN' });
    const key = { 'idempotency-key': 'a b' };
    expect((await cancel(await rig.start(), key)).json()).toMatchObject({ code: 'MR_IDEMPOTENCY_KEY_INVALID' });
  });
});

import { Database } from '@millrace/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absentQueue, openApiRig, problemOf, startApi, type ApiRig, type ApiVariation } from '../api-rig.contract.js';

describe('/health/ready', () => {
  let rig: ApiRig;
  beforeAll(async () => {
    rig = await openApiRig();
  });
  afterAll(() => rig.close());

  const get = (url: string, from = rig.app) => from.inject({ method: 'GET', url });
  const readiness = async (variation: ApiVariation) => {
    const varied = await startApi(rig.database, variation);
    try {
      return await get('/health/ready', varied);
    } finally {
      await varied.close();
    }
  };

  it('is ok when everything is there', async () => {
    expect((await get('/health/ready')).json()).toEqual({
      status: 'ok',
      checks: { postgresql: 'up', queue: 'up', disk: 'up' },
    });
  });

  it('is degraded, and still 200, while the queue is away', async () => {
    const answer = await readiness({ queue: absentQueue });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'degraded', checks: { postgresql: 'up', queue: 'degraded', disk: 'up' } });
  });

  it('is 503 when the disk cannot be written', async () => {
    const problem = problemOf(await readiness({ home: '/nowhere' }));
    expect(problem).toMatchObject({ status: 503, code: 'MR_NOT_READY', checks: { postgresql: 'up', disk: 'down' } });
  });

  it('is 503 when PostgreSQL is away, and what fails then says nothing of itself', async () => {
    const gone = await Database.open({ url: rig.url, applicationName: 'api spec, to be closed' });
    const broken = await startApi(gone);
    await gone.close();
    try {
      const problem = problemOf(await get('/health/ready', broken));
      expect(problem).toMatchObject({ status: 503, checks: { postgresql: 'down' } });
      const { code, detail } = problemOf(await get('/runs/01931b5c-9d2e-7f00-8000-000000000000', broken));
      expect(code).toBe('MR_INTERNAL');
      expect(detail).not.toMatch(/pool|connection/i);
    } finally {
      await broken.close();
    }
  });
});

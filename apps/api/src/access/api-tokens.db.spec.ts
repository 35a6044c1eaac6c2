import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

describe('with API_TOKENS', () => {
  let rig: ApiRig;
  beforeAll(async () => {
    rig = await openApiRig({ apiTokens: ['secret'] });
  });
  afterAll(() => rig.close());
  const get = (url: string, headers: Record<string, string> = {}) => rig.app.inject({ method: 'GET', url, headers });

  it.each([['/runs'], ['/docs'], ['/docs/swagger-ui.css'], ['/openapi.json'], ['/nowhere']])(
    '%s needs one',
    async (url) => {
      const refused = await get(url);
      expect(problemOf(refused)).toMatchObject({ status: 401, code: 'MR_UNAUTHORIZED' });
      expect(refused.headers['www-authenticate']).toContain('Bearer');
      expect(refused.headers['www-authenticate']).toContain('Basic');
      expect((await get(url, { authorization: 'Bearer other' })).statusCode).toBe(401);
      expect((await get(url, { authorization: 'Bearer secret' })).statusCode).not.toBe(401);
    },
  );

  it('health needs none', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'ok' });
    expect((await get('/health/ready')).statusCode).toBe(200);
  });
});

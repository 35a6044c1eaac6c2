import { RunPage } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());
const get = (url: string) => rig.app.inject({ method: 'GET', url });

describe('GET /runs', () => {
  it('pages through every run once, newest first', async () => {
    for (let n = 0; n < 3; n++) await rig.start();
    const all = RunPage.parse((await get('/runs?limit=200')).json());
    expect(all.next).toBeNull();
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = cursor === '' ? '/runs?limit=2' : `/runs?limit=2&cursor=${cursor}`;
      const page = RunPage.parse((await get(url)).json());
      paged.push(...page.runs.map(({ id }) => id));
      cursor = page.next;
    }
    expect(paged).toEqual(all.runs.map(({ id }) => id));
    expect(paged.length).toBeGreaterThanOrEqual(3);
    expect([...paged].sort().reverse()).toEqual(paged);
  });

  it('filters by task, states, time and parent', async () => {
    const found = async (query: string) => RunPage.parse((await get(`/runs?${query}`)).json()).runs.length;
    expect(await found('task=greet&state=queued,running&rootOnly=true')).toBeGreaterThan(0);
    expect(await found('task=other')).toBe(0);
    expect(await found('state=failed&state=cancelled')).toBe(0);
    expect(await found('createdBefore=2020-01-01T00:00:00Z')).toBe(0);
    expect(await found('createdAfter=2020-01-01T00:00:00%2B02:00')).toBeGreaterThan(0);
    expect(await found('parent=01931b5c-9d2e-7f00-8000-000000000000')).toBe(0);
  });

  it.each([
    ['limit=201', '/limit'],
    ['state=done', '/state/0'],
    ['cursor=abc', '/cursor'],
    ['sate=queued', '/sate'],
  ])('refuses ?%s', async (query, pointer) => {
    expect(problemOf(await get(`/runs?${query}`))).toMatchObject({
      status: 400,
      code: 'MR_QUERY_INVALID',
      errors: [{ pointer }],
    });
  });
});

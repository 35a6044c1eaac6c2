import { RunPage } from '@millrace/contracts';
import type { ClaimedRun } from '@millrace/runs';
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

  it('finds runs by the tags they were started with, one by one and in a batch', async () => {
    const start = (url: string, payload: object) => rig.app.inject({ method: 'POST', url, payload });
    const run = { task: 'greet', input: { name: 'Ada' } };
    const one = (await start('/runs', { ...run, tags: ['night', 'night', 'a b'] })).json<{ id: string }>().id;
    const { ids } = (await start('/runs/batch', { runs: [run, { ...run, tags: ['night'] }] })).json<{
      ids: string[];
    }>();
    const found = async (query: string) => RunPage.parse((await get(`/runs?${query}`)).json()).runs;
    expect((await found('tag=night')).map(({ id, tags }) => ({ id, tags }))).toEqual([
      { id: ids[1], tags: ['night'] },
      { id: one, tags: ['night', 'a b'] },
    ]);
    expect((await found('tag=night,a%20b')).map(({ id }) => id)).toEqual([one]);
    for (const tags of [[''], [' a'], ['a,b'], ['x'.repeat(65)], Array.from({ length: 11 }, (_, n) => `t${n}`)]) {
      expect(problemOf(await start('/runs', { ...run, tags }))).toMatchObject({ status: 422 });
    }
  });

  it('finds runs by the text of their error, and says that it looked at all of them', async () => {
    const run = (await rig.store.claim(await rig.start(), 1, rig.workerId)) as ClaimedRun;
    await rig.store.finish({ ...run, status: 'failed', error: { code: 'ENOENT', message: 'no such file' } });
    const found = async (text: string) => RunPage.parse((await get(`/runs?error=${encodeURIComponent(text)}`)).json());
    expect(await found('No Such')).toMatchObject({ runs: [{ id: run.runId }], next: null, window: null });
    expect((await found('no%such')).runs).toEqual([]);
  });

  it('says of each run that failed why, at no great length', async () => {
    const run = (await rig.store.claim(await rig.start(), 1, rig.workerId)) as ClaimedRun;
    const error = { code: 'MR_LONG', message: `${'m'.repeat(1_000)}, in the end`, stack: 'at line 1' };
    await rig.store.finish({ ...run, status: 'failed', error });
    for (const sort of ['newest', 'duration']) {
      const { runs } = RunPage.parse((await get(`/runs?error=in+the+end&sort=${sort}`)).json());
      expect(runs.map(({ error }) => error)).toEqual([{ code: 'MR_LONG', message: 'm'.repeat(300) }]);
    }
    const { runs } = RunPage.parse((await get('/runs?state=queued')).json());
    expect(new Set(runs.map(({ error }) => error))).toEqual(new Set([null]));
    expect((await get(`/runs/${run.runId}`)).json()).toMatchObject({ error });
  });

  it.each(['oldest', 'duration', 'queueTime'])('pages through every run once, sorted by %s', async (sort) => {
    const run = (await rig.store.claim(await rig.start(), 1, rig.workerId)) as ClaimedRun;
    await rig.store.finish({ ...run, status: 'succeeded', result: '1' });
    const all = RunPage.parse((await get(`/runs?sort=${sort}&limit=200`)).json());
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = RunPage.parse((await get(`/runs?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`)).json());
      paged.push(...page.runs.map(({ id }) => id));
      cursor = page.next;
    }
    expect(new Set(paged)).toEqual(new Set(all.runs.map(({ id }) => id)));
    expect(paged).toHaveLength(all.runs.length);
  });

  it.each([
    ['sort=longest', '/sort'],
    ['tag=%20', '/tag/0'],
    ['error=%00', '/error'],
    ['sort=duration&cursor=AZMbXJ0ufwCAAAAAAAAAAA', '/cursor'],
    [`sort=duration&cursor=${Buffer.alloc(48, 0xff).toString('base64url')}`, '/cursor'],
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

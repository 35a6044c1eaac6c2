import { RunDetail, RunPage, TaskDetail, TaskList } from '@millrace/contracts';
import type { TaskQueue } from '@millrace/engine';
import { Database } from '@millrace/postgres';
import { cloneDatabase, type DatabaseClone } from '@millrace/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, startApiRig, type ApiRig } from './api-rig.contract.js';

/** A queue whose backend is away. */
const absentQueue: TaskQueue = {
  deliver: () => Promise.reject(new Error('no queue')),
  deliverChildren: () => Promise.reject(new Error('no queue')),
  missing: () => Promise.reject(new Error('no queue')),
  sentinels: () => Promise.reject(new Error('no queue')),
  setSentinels: () => Promise.reject(new Error('no queue')),
  ping: () => Promise.reject(new Error('no queue')),
};

let clone: DatabaseClone;
let database: Database;
let app: NestFastifyApplication;

type Variation = Partial<ApiRig>;

const start = (variation: Variation) => startApiRig({ on: database, ...variation });

beforeAll(async () => {
  clone = await cloneDatabase();
  database = await Database.open({ url: clone.url, applicationName: 'api spec' });
  app = await start({});
});
afterAll(async () => {
  await app.close();
  await database.close();
  await clone.drop();
});

type Payload = string | object;

const post = (payload: Payload, headers: Record<string, string> = {}, to = app) =>
  to.inject({ method: 'POST', url: '/runs', payload, headers: { 'content-type': 'application/json', ...headers } });
const get = (url: string, headers: Record<string, string> = {}, from = app) =>
  from.inject({ method: 'GET', url, headers });

const greetAda = { task: 'greet', input: { name: 'Ada' } };

describe('POST /runs', () => {
  it('answers 202 with the address of a run that is there', async () => {
    const answer = await post({ ...greetAda, priority: 7, notBefore: '2030-01-01T00:00:00Z' });
    expect(answer.statusCode).toBe(202);
    const { id, ...accepted } = answer.json<{ id: string }>();
    expect(answer.headers['location']).toBe(`/runs/${id}`);
    expect(accepted).toMatchObject({ task: 'greet', state: 'queued', existing: false });
    expect(RunDetail.parse((await get(`/runs/${id}`)).json())).toMatchObject({
      id,
      task: 'greet',
      state: 'queued',
      queue: 'greetings',
      trigger: 'api',
      priority: 7,
      maxAttempts: 5,
      dueAt: '2030-01-01T00:00:00.000Z',
      input: { name: 'Ada' },
      result: null,
      error: null,
      attempts: [],
    });
  });

  it('answers 202 while the queue is away', async () => {
    const withoutQueue = await start({ queue: absentQueue });
    try {
      const answer = await post(greetAda, {}, withoutQueue);
      expect(answer.statusCode).toBe(202);
      expect((await get(answer.json<{ links: { self: string } }>().links.self)).statusCode).toBe(200);
    } finally {
      await withoutQueue.close();
    }
  });

  it('names the task that a misspelt one comes nearest to', async () => {
    expect(problemOf(await post({ task: 'gret' }))).toMatchObject({
      status: 404,
      code: 'MR_TASK_UNKNOWN',
      nearest: 'greet',
    });
  });

  it('points at what the task does not take', async () => {
    const { status, code, errors } = problemOf(await post({ task: 'greet', input: { name: 1, 'a/b': 'x' } }));
    expect({ status, code }).toEqual({ status: 422, code: 'MR_INPUT_INVALID' });
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/input/name', '/input/a~1b']);
  });

  it('refuses an unknown field and names the near one', async () => {
    const { status, code, errors } = problemOf(await post({ ...greetAda, prioritty: 1 }));
    expect({ status, code }).toEqual({ status: 422, code: 'MR_REQUEST_INVALID' });
    expect(errors).toEqual([{ pointer: '/prioritty', message: expect.stringContaining('"priority"') as string }]);
  });

  it.each([
    ['{"task":', 400, 'MR_JSON_MALFORMED', {}],
    ['', 400, 'MR_JSON_MALFORMED', {}],
    ['{"task":"greet","input":{"__proto__":{}}}', 400, 'MR_JSON_MALFORMED', {}],
    ['[]', 422, 'MR_REQUEST_INVALID', {}],
    [`{"task":"greet","input":${'['.repeat(300)}${']'.repeat(300)}}`, 422, 'MR_REQUEST_INVALID', {}],
    ['task=greet', 415, 'MR_CONTENT_TYPE_UNSUPPORTED', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['{"task":"greet"}', 415, 'MR_CONTENT_TYPE_UNSUPPORTED', { 'content-type': 'text/plain' }],
    ['{"task":"greet"}', 403, 'MR_ORIGIN_REFUSED', { origin: 'https://evil.example' }],
    ['{"task":"greet"}', 403, 'MR_HOST_REFUSED', { host: 'evil.example' }],
  ])('refuses %s with %d %s', async (payload, status, code, headers) => {
    expect(problemOf(await post(payload, headers as Record<string, string>))).toMatchObject({ status, code });
  });

  it('takes a body of 1 MiB and none that is larger', async () => {
    const bodyOf = (bytes: number) => {
      const empty = JSON.stringify({ task: 'greet', input: { name: '' } });
      return JSON.stringify({ task: 'greet', input: { name: 'x'.repeat(bytes - empty.length) } });
    };
    expect((await post(bodyOf(1_048_576))).statusCode).toBe(202);
    expect(problemOf(await post(bodyOf(1_048_577)))).toMatchObject({ status: 413, code: 'MR_BODY_TOO_LARGE' });
  });
});

describe('an Idempotency-Key', () => {
  const withKey = (key: string, payload: Payload) => post(payload, { 'idempotency-key': key });

  it('gives the same run for the same body, spaces aside', async () => {
    const first = await withKey('same', greetAda);
    const second = await withKey('same', JSON.stringify(greetAda, null, 2));
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.headers['location']).toBe(first.headers['location']);
    expect([first.json<{ existing: boolean }>().existing, second.json<{ existing: boolean }>().existing]).toEqual([
      false,
      true,
    ]);
  });

  it('gives one run to many who ask at once', async () => {
    // `inject` gives a thenable that is asked lazily: `then` makes it ask now.
    const asking = Array.from({ length: 20 }, () => withKey('at-once', greetAda).then((answer) => answer));
    const answers = await Promise.all(asking);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
  });

  it('refuses another body, and names the run that has the key', async () => {
    const { id } = (await withKey('taken', greetAda)).json<{ id: string }>();
    const problem = problemOf(await withKey('taken', { ...greetAda, priority: 1 }));
    expect(problem).toMatchObject({ status: 409, code: 'MR_IDEMPOTENCY_CONFLICT', runId: id });
  });

  it.each([[''], ['two words'], ['x'.repeat(256)], ['schlüssel']])('cannot be "%s"', async (key) => {
    expect(problemOf(await withKey(key, greetAda))).toMatchObject({ status: 400, code: 'MR_IDEMPOTENCY_KEY_INVALID' });
  });
});

describe('a deduplication key', () => {
  it('answers a further start by the unfinished run that has it, whatever its body', async () => {
    const deduplication = { key: 'nightly', ttl: '1h' };
    const first = (await post({ ...greetAda, deduplication })).json<{ id: string }>();
    const again = await post({ task: 'greet', input: { name: 'Grace' }, deduplication });
    expect(again.statusCode).toBe(202);
    expect(again.json()).toMatchObject({ id: first.id, existing: true });
    expect((await post(greetAda)).json()).toMatchObject({ existing: false });
  });

  it.each([[{ key: '' }], [{ key: 'k', ttl: '1 hour' }], [{ key: 'k', ttl: '9999d' }], [{ key: 'k', tll: '1h' }]])(
    'cannot be %j',
    async (deduplication) => {
      const problem = problemOf(await post({ ...greetAda, deduplication }));
      expect(problem).toMatchObject({ status: 422, code: 'MR_REQUEST_INVALID' });
      expect(problem.errors?.[0]?.pointer).toMatch(/^\/deduplication\/(key|ttl|tll)$/);
    },
  );
});

describe('GET /runs', () => {
  it('pages through every run once, newest first', async () => {
    for (let n = 0; n < 3; n++) await post(greetAda);
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

describe('what is not there', () => {
  it.each([
    ['/runs/01931b5c-9d2e-7f00-8000-000000000000', 'MR_RUN_UNKNOWN'],
    ['/runs/7', 'MR_RUN_UNKNOWN'],
    ['/tasks/gret', 'MR_TASK_UNKNOWN'],
    ['/files/01931b5c-9d2e-7f00-8000-000000000000', 'MR_FILE_UNKNOWN'],
    ['/files/7', 'MR_FILE_UNKNOWN'],
    ['/nowhere', 'MR_ROUTE_UNKNOWN'],
    ['/docs/errors/MR_NOTHING', 'MR_ROUTE_UNKNOWN'],
    ['/docs/errors/..%2f..%2fpackage.json', 'MR_ROUTE_UNKNOWN'],
  ])('%s is 404 %s', async (url, code) => {
    expect(problemOf(await get(url))).toMatchObject({ status: 404, code });
  });

  it('an address that is malformed is 400', async () => {
    expect((await get('/runs/%zz')).json()).toMatchObject({ status: 400, code: 'MR_REQUEST_MALFORMED' });
  });
});

describe('the catalogue', () => {
  it('lists the tasks, and the schemas of one', async () => {
    const summary = { id: 'greet', description: 'Greets a name.', queue: 'greetings' };
    expect(TaskList.parse((await get('/tasks')).json())).toEqual({ tasks: [summary] });
    expect(TaskDetail.parse((await get('/tasks/greet')).json())).toMatchObject({
      ...summary,
      inputSchema: { type: 'object', required: ['name'], additionalProperties: false },
      resultSchema: { type: 'string' },
      retry: { maxAttempts: 5, initialDelayMs: 2_000, factor: 2, maxDelayMs: 300_000 },
    });
  });

  it('lists feeds and files', async () => {
    const { feeds } = (await get('/feeds')).json<{ feeds: object[] }>();
    expect(feeds).toContainEqual(expect.objectContaining({ fileName: 'objects_detection_[timestamp].json' }));
    expect((await get('/files?state=loaded')).json()).toEqual({ files: [], next: null });
    const unknown = await get('/files/01931b5c-9d2e-7f00-8000-000000000000/rejects');
    expect(unknown.json()).toMatchObject({ code: 'MR_FILE_UNKNOWN' });
  });
});

describe('the documentation', () => {
  it('has every schema that it points at', async () => {
    const text = (await get('/openapi.json')).body;
    const { components, paths } = JSON.parse(text) as { components: { schemas: object }; paths: object };
    const pointedAt = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(pointedAt));
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/runs', '/runs/batch', '/runs/{id}', '/tasks', '/tasks/{id}', '/files', '/feeds']),
    );
    expect(text).not.toContain('"$schema"');
  });

  it('has a page to read, and one about each code', async () => {
    expect((await get('/docs')).headers['content-type']).toContain('text/html');
    const page = await get('/docs/errors/MR_TASK_UNKNOWN');
    expect(page.headers['content-type']).toContain('text/markdown');
    expect(page.body).toMatch(/^# MR_TASK_UNKNOWN/);
  });
});

describe('with API_TOKENS', () => {
  let secured: NestFastifyApplication;
  beforeAll(async () => {
    secured = await start({ apiTokens: ['secret'] });
  });
  afterAll(() => secured.close());

  it.each([['/'], ['/runs'], ['/docs'], ['/docs/swagger-ui.css'], ['/openapi.json'], ['/nowhere']])(
    '%s needs one',
    async (url) => {
      const refused = await get(url, {}, secured);
      expect(problemOf(refused)).toMatchObject({ status: 401, code: 'MR_UNAUTHORIZED' });
      expect(refused.headers['www-authenticate']).toContain('Bearer');
      expect(refused.headers['www-authenticate']).toContain('Basic');
      expect((await get(url, { authorization: 'Bearer other' }, secured)).statusCode).toBe(401);
      expect((await get(url, { authorization: 'Bearer secret' }, secured)).statusCode).not.toBe(401);
    },
  );

  it('health needs none', async () => {
    expect((await get('/health/live', {}, secured)).json()).toEqual({ status: 'ok' });
    expect((await get('/health/ready', {}, secured)).statusCode).toBe(200);
  });
});

describe('/health/ready', () => {
  const readiness = async (variation: Variation) => {
    const varied = await start(variation);
    try {
      return await get('/health/ready', {}, varied);
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
    const gone = await Database.open({ url: clone.url, applicationName: 'api spec, to be closed' });
    await gone.close();
    expect(problemOf(await readiness({ on: gone }))).toMatchObject({ status: 503, checks: { postgresql: 'down' } });
    const broken = await start({ on: gone });
    try {
      const { code, detail } = problemOf(await get('/runs/01931b5c-9d2e-7f00-8000-000000000000', {}, broken));
      expect(code).toBe('MR_INTERNAL');
      expect(detail).not.toMatch(/pool|connection/i);
    } finally {
      await broken.close();
    }
  });
});

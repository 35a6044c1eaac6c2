import { RunDetail } from '@millrace/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absentQueue, greetAda, openApiRig, problemOf, startApi, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());

type Payload = string | object;

const post = (payload: Payload, headers: Record<string, string> = {}, to = rig.app) =>
  to.inject({ method: 'POST', url: '/runs', payload, headers: { 'content-type': 'application/json', ...headers } });
const get = (url: string) => rig.app.inject({ method: 'GET', url });

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
    const withoutQueue = await startApi(rig.database, { queue: absentQueue });
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

  it.each([
    [{ key: '' }],
    [{ key: 'a\u0000' }],
    [{ key: 'a\ud800' }],
    [{ key: 'k', ttl: '1 hour' }],
    [{ key: 'k', ttl: '9999d' }],
    [{ key: 'k', tll: '1h' }],
  ])('cannot be %j', async (deduplication) => {
    const problem = problemOf(await post({ ...greetAda, deduplication }));
    expect(problem).toMatchObject({ status: 422, code: 'MR_REQUEST_INVALID' });
    expect(problem.errors?.[0]?.pointer).toMatch(/^\/deduplication\/(key|ttl|tll)$/);
  });
});

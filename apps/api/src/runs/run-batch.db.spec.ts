import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiRig, problemOf, type ApiRig } from '../api-rig.contract.js';

let rig: ApiRig;
beforeAll(async () => {
  rig = await openApiRig();
});
afterAll(() => rig.close());
beforeEach(() => rig.database.query('TRUNCATE millrace.runs'));

const post = (payload: string | object, headers: Record<string, string> = {}) =>
  rig.app.inject({
    method: 'POST',
    url: '/runs/batch',
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
const greet = (name: unknown) => ({ task: 'greet', input: { name } });
const countRuns = async () => (await rig.database.query('SELECT FROM millrace.runs')).rowCount;

/** Sessions that wait for a lock. */
const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe('POST /runs/batch', () => {
  it('starts 10,000 runs, and gives their ids in order', async () => {
    const answer = await post({ runs: Array.from({ length: 10_000 }, (_, n) => greet(`n${n}`)) });
    expect(answer.statusCode).toBe(202);
    const { ids, existing } = answer.json<{ ids: string[]; existing: number }>();
    expect(existing).toBe(0);
    const { rows } = await rig.database.query<{ id: string; name: string }>(
      `SELECT id, input ->> 'name' AS name FROM millrace.runs WHERE id = ANY($1)`,
      [[ids[0], ids[9_999]]],
    );
    expect(new Map(rows.map(({ id, name }) => [id, name]))).toEqual(
      new Map([
        [ids[0], 'n0'],
        [ids[9_999], 'n9999'],
      ]),
    );
    expect(await countRuns()).toBe(10_000);
  });

  it('starts those of a client that has gone, and takes the next large one then', async () => {
    await rig.app.listen(0, '127.0.0.1');
    const address = await rig.app.getUrl();
    const send = (name: string, signal?: AbortSignal) =>
      fetch(`${address}/runs/batch`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ runs: Array.from({ length: 12 }, () => greet(name.repeat(100_000))) }),
        ...(signal && { signal }),
      });
    const leaving = new AbortController();
    await rig.database.transaction(async (transaction) => {
      await transaction.query('LOCK TABLE millrace.runs IN SHARE MODE');
      const requested = once(rig.app.getHttpServer(), 'request') as Promise<[unknown, ServerResponse]>;
      const first = send('a', leaving.signal).catch(() => 'gone');
      const [, response] = await requested;
      await waitFor(async () => (await rig.database.query(WAITING)).rowCount > 0);
      const closed = once(response, 'close');
      leaving.abort();
      expect(await first).toBe('gone');
      await closed;
    });
    expect((await send('b')).status).toBe(202);
    expect(await countRuns()).toBe(24);
  });

  it.each([[0], [10_001]])('refuses %d runs', async (length) => {
    const problem = problemOf(await post({ runs: Array.from({ length }, () => greet('x')) }));
    expect(problem).toMatchObject({
      status: 422,
      code: 'MR_REQUEST_INVALID',
      errors: [{ pointer: '/runs', message: 'A batch has 1 to 10000 runs' }],
    });
  });

  it('tells every run at fault by its place, and starts none', async () => {
    const runs = [greet('a'), { task: 'gret' }, greet(1), { task: 'greet', input: { name: 'b', 'a/b': 'x' } }];
    const { status, code, errors, detail } = problemOf(await post({ runs }));
    expect({ status, code }).toEqual({ status: 422, code: 'MR_BATCH_REFUSED' });
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/runs/1/task', '/runs/2/input/name', '/runs/3/input/a~1b']);
    expect(errors?.[0]?.message).toContain('Did you mean "greet"?');
    expect(detail).toContain('3 of 4 runs');
    expect(await countRuns()).toBe(0);
  });

  it('tells a hundred faults at most', async () => {
    const faulty = problemOf(await post({ runs: Array.from({ length: 500 }, () => greet(1)) }));
    expect(faulty.errors).toHaveLength(100);
    expect(faulty.detail).toContain('500 of 500');
    const misshapen = problemOf(await post({ runs: Array.from({ length: 500 }, () => ({})) }));
    expect(misshapen.errors).toHaveLength(100);
  });

  it('names the near one of an unknown field of a run', async () => {
    const { errors } = problemOf(await post({ runs: [greet('a'), { ...greet('b'), prioritty: 1 }] }));
    expect(errors).toEqual([
      { pointer: '/runs/1/prioritty', message: expect.stringContaining('"priority"') as string },
    ]);
  });

  it('takes a body of 32 MiB and none that is larger', async () => {
    const bodyOf = (bytes: number) => {
      const empty = JSON.stringify({ runs: [greet('')] });
      return JSON.stringify({ runs: [greet('x'.repeat(bytes - empty.length))] });
    };
    expect((await post(bodyOf(32 * 1_048_576))).statusCode).toBe(202);
    expect(problemOf(await post(bodyOf(32 * 1_048_576 + 1)))).toMatchObject({ status: 413, code: 'MR_BODY_TOO_LARGE' });
  });

  it('gives the same ids for the same idempotency key and body, and refuses another body', async () => {
    const runs = [greet('a'), greet('b')];
    const first = (await post({ runs }, { 'idempotency-key': 'k' })).json<{ ids: string[] }>();
    const again = await post(JSON.stringify({ runs }, null, 2), { 'idempotency-key': 'k' });
    expect([again.statusCode, again.json()]).toEqual([202, { ids: first.ids, existing: 2 }]);
    const other = problemOf(await post({ runs: [greet('a')] }, { 'idempotency-key': 'k' }));
    expect(other).toMatchObject({ status: 409, code: 'MR_IDEMPOTENCY_CONFLICT' });
    expect(await countRuns()).toBe(2);
  });

  it('gives the run that has a deduplication key for every entry with that key', async () => {
    const deduplication = { key: 'one' };
    const answer = await post({
      runs: [{ ...greet('a'), deduplication }, greet('b'), { ...greet('c'), deduplication }],
    });
    const { ids, existing } = answer.json<{ ids: string[]; existing: number }>();
    expect([ids[0] === ids[2], ids[0] === ids[1], existing]).toEqual([true, false, 1]);
  });
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '@millrace/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendProblem } from '../problems/send-problem.js';
import { applyBodyLimits } from './body-limit.js';

/** One MiB and a little more: what takes turns. */
const LARGE = 1_050_000;
const LIMIT = 2 * LARGE;

const large = (name: string) => JSON.stringify({ name, text: 'x'.repeat(LARGE) });

describe('bodies of a route that takes large ones', () => {
  let server: FastifyInstance;
  let address: string;
  let atWork: number;
  let most: number;
  /** Bodies that have come whole, and clients that have gone or have their answer. */
  let arrived: number;
  let closed: number;
  /** Names of bodies that handlers were given. */
  let given: unknown[];
  /** Requests that a handler has begun with, and what each waits for. */
  let begun: ((go: () => void) => void) | undefined;

  beforeEach(async () => {
    [atWork, most, arrived, closed, given, begun] = [0, 0, 0, 0, [], undefined];
    server = fastify({ forceCloseConnections: true });
    applyBodyLimits(server);
    server.setErrorHandler((error, _request, reply) => void sendProblem(reply, error));
    server.addHook('onRequest', async ({ raw }, reply) => {
      raw.once('end', () => (arrived += 1));
      reply.raw.once('close', () => (closed += 1));
    });
    server.post('/large', { config: { bodyLimitBytes: LIMIT } }, async (request) => {
      atWork += 1;
      most = Math.max(most, atWork);
      given.push((request.body as { name?: string }).name);
      if (begun) await new Promise<void>((go) => begun?.(go));
      for (let turn = 0; turn < 200; turn += 1) await nextTurn();
      atWork -= 1;
      return request.body;
    });
    server.post('/small', async (request) => request.body);
    address = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close());

  const post = (path: string, body: string, signal?: AbortSignal) =>
    fetch(address + path, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      ...(signal && { signal }),
    });

  it('are dealt with one after the other, each to its answer', async () => {
    const bodies = Array.from({ length: 8 }, (_, n) => JSON.stringify({ n, text: 'é'.repeat(LARGE / 2) }));
    const answers = await Promise.all(bodies.map(async (body) => (await post('/large', body)).text()));
    expect(answers).toEqual(bodies);
    expect(most).toBe(1);
  });

  it('hold up no other route and no small body', async () => {
    const entered = new Promise<() => void>((resolve) => (begun = resolve));
    const first = post('/large', large('first'));
    const go = await entered;
    begun = undefined;
    expect(await (await post('/small', '{"small":1}')).json()).toEqual({ small: 1 });
    expect(await (await post('/large', '{"little":1}')).json()).toEqual({ little: 1 });
    go();
    expect((await first).status).toBe(200);
  });

  it('keep their turn until they are dealt with when their client goes, and are left out when it goes before', async () => {
    const entered = new Promise<() => void>((resolve) => (begun = resolve));
    const leaving = new AbortController();
    const leave = (name: string) => post('/large', large(name), leaving.signal).catch(() => 'gone');
    const first = leave('first');
    const go = await entered;
    begun = undefined;
    const others = [leave('second'), leave('third')];
    await waitFor(() => arrived === 3);
    leaving.abort();
    expect(await Promise.all([first, ...others])).toEqual(['gone', 'gone', 'gone']);
    await waitFor(() => closed === 3);
    const last = post('/large', large('last'));
    await waitFor(() => arrived === 4);
    expect(given).toEqual(['first']);
    go();
    expect(await (await last).json()).toMatchObject({ name: 'last' });
    expect(given).toEqual(['first', 'last']);
    expect(most).toBe(1);
  });

  it('are refused while eight are there, before they are read, and taken again once one has gone', async () => {
    const entered = new Promise<() => void>((resolve) => (begun = resolve));
    const first = post('/large', large('first'));
    const go = await entered;
    begun = undefined;
    const leaving = new AbortController();
    const others = Array.from({ length: 6 }, (_, n) => post('/large', large(String(n))));
    const leaver = post('/large', large('leaver'), leaving.signal).catch(() => 'gone');
    await waitFor(() => arrived === 8);
    const refused = await post('/large', large('refused'));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ code: 'MR_BUSY' });
    expect((await post('/large', '{"little":1}')).status).toBe(200);
    leaving.abort();
    await leaver;
    await waitFor(() => closed === 3);
    const next = post('/large', large('next'));
    go();
    const answers = await Promise.all([first, ...others, next]);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(given).not.toContain('refused');
  });

  it.each([
    ['a body that breaks off', large('cut').slice(0, -1), 400],
    ['no body', '', 400],
    ['a prototype', `{"__proto__":${large('hidden')}}`, 400],
    ['a body that is too large', JSON.stringify('x'.repeat(LIMIT)), 413],
  ])('are refused as those of others are, and the next is taken: %s', async (_what, body, status) => {
    expect((await post('/large', body)).status).toBe(status);
    expect((await post('/large', large('next'))).status).toBe(200);
  });
});

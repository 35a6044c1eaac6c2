import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '@millrace/testing';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendProblem } from '../problems/send-problem.js';
import { Seats } from './seats.js';

/** Milliseconds without a byte after which a sender is cut off. */
const IDLE_MS = 20;

let server: FastifyInstance;
let answer: () => void;
let begun: number;
beforeEach(async () => {
  const seats = new Seats(2, 'bodies', IDLE_MS);
  begun = 0;
  server = fastify({ forceCloseConnections: true });
  server.setErrorHandler((error, _request, reply) => void sendProblem(reply, error));
  server.addHook('preParsing', (asked, reply, payload, done) => {
    const refusal = seats.take(asked, reply);
    if (refusal === undefined) done(null, payload);
    else done(refusal);
  });
  server.post('/', async () => {
    begun += 1;
    await new Promise<void>((resolve) => (answer = resolve));
    return 'done';
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

const send = (length: number, body: string) => {
  const { port } = server.server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json', 'content-length': length };
  const sender = request({ port, host: '127.0.0.1', method: 'POST', headers });
  sender.write(body);
  return sender;
};

const response = async (sender: ClientRequest) => {
  const [{ statusCode }] = (await once(sender, 'response')) as [IncomingMessage];
  return statusCode;
};
/** One that stops in the middle of its body; resolves when it is cut off. */
const stall = async () => {
  const [error] = (await once(send(10, '{'), 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
};

describe('a seat', () => {
  it('is given back by a sender who stops in the middle of its body, who is cut off', async () => {
    await Promise.all([stall(), stall()]);
    const whole = response(send(2, '{}'));
    await waitFor(() => begun === 1);
    answer();
    expect(await whole).toBe(200);
  });

  it('is kept by a whole body, however long its answer takes', async () => {
    const first = response(send(2, '{}'));
    await waitFor(() => begun === 1);
    const answerFirst = answer;
    // Each goes on for as long as a sender may be idle.
    for (let times = 0; times < 3; times += 1) await stall();
    const second = response(send(2, '{}'));
    await waitFor(() => begun === 2);
    expect(await response(send(2, '{}'))).toBe(503);
    answerFirst();
    answer();
    expect(await Promise.all([first, second])).toEqual([200, 200]);
  });
});

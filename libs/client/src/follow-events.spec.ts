import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { followEvents } from './follow-events.js';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A server that sends one event to each connection, and then ends it or leaves it open. */
async function serve(leaveOpen: boolean): Promise<{ baseUrl: string; askedFor: (string | undefined)[] }> {
  const askedFor: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    askedFor.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`id: ${askedFor.length}\nevent: line\ndata: ${askedFor.length}\n\n`);
    if (!leaveOpen) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, askedFor };
}

it('a followed stream ends when its signal is aborted while an event is looked at', async () => {
  const { baseUrl } = await serve(true);
  const stop = new AbortController();
  const seen: unknown[] = [];
  for await (const { data } of followEvents({ baseUrl, path: '/events', signal: stop.signal })) {
    seen.push(data);
    stop.abort();
  }
  expect(seen).toEqual([1]);
});

it('a stream that breaks off is taken up again after the last event that was seen', async () => {
  const { baseUrl, askedFor } = await serve(false);
  const stop = new AbortController();
  const seen: unknown[] = [];
  for await (const { data } of followEvents({ baseUrl, path: '/events', signal: stop.signal })) {
    seen.push(data);
    if (seen.length === 2) stop.abort();
  }
  expect(seen).toEqual([1, 2]);
  expect(askedFor).toEqual([undefined, '1']);
});

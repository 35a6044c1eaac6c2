import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { millraceProgram } from '../program.js';

interface Asked {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly body: unknown;
}

let asked: Asked[];
let answers: { reloading: number; left: number }[];
let url: string;
let written: { out: string; note: string };

beforeEach(async () => {
  asked = [];
  written = { out: '', note: '' };
  const server = createServer((request, reply) => {
    void noted(request).then(() => {
      const { reloading, left } = answers.shift() ?? { reloading: 0, left: 0 };
      const runs = Array.from({ length: reloading }, (_, n) => ({ fileId: `f${n}`, runId: `r${n}` }));
      reply.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ reloading, left, runs }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => server.close();
});
afterEach(() => expect(answers).toEqual([]));

async function noted(request: IncomingMessage): Promise<void> {
  const key = request.headers['idempotency-key'] as string | undefined;
  asked.push({ url: request.url, key, body: JSON.parse(await text(request)) });
}

async function millrace(...words: string[]): Promise<void> {
  const terminal = {
    out: (line: string) => void (written.out += line),
    note: (line: string) => void (written.note += line),
    rewrites: false,
    signal: new AbortController().signal,
  };
  await millraceProgram(terminal).parseAsync([...words, '--url', url], { from: 'user' });
}

describe('millrace files reload', () => {
  it('asks for pages until none is left, each under a key of its own', async () => {
    answers = [
      { reloading: 1_000, left: 1_200 },
      { reloading: 1_000, left: 200 },
      { reloading: 200, left: 0 },
    ];
    await millrace('files', 'reload', '--state', 'failed', '--feed', 'drivers', '--since', '2026-11-28T09:00:00Z');
    const filter = { state: 'failed', feed: 'drivers', since: '2026-11-28T09:00:00Z' };
    expect(asked.map(({ body }) => body)).toEqual([1_000, 1_000, 200].map((limit) => ({ ...filter, limit })));
    expect(new Set(asked.map(({ url: to, key }) => `${to ?? ''} ${key ?? ''}`)).size).toBe(3);
    expect(written.out).toBe('2200 files have a run that loads them again: "millrace files" says how it ends');
  });

  it('asks for no more than there were, though they fail and fit again', async () => {
    answers = [
      { reloading: 1_000, left: 500 },
      { reloading: 500, left: 1_000 },
    ];
    await millrace('files', 'reload', '--state', 'failed');
    expect(written.out).toBe('1500 files have a run that loads them again: "millrace files" says how it ends');
  });

  it('is refused without a state, or with one that cannot be loaded again', async () => {
    answers = [];
    await expect(millrace('files', 'reload')).rejects.toThrow('--state is one of failed, quarantined, unloaded');
    await expect(millrace('files', 'reload', '-s', 'loaded')).rejects.toThrow('--state is one of');
  });

  it('ends when other requests took all that is left', async () => {
    answers = [{ reloading: 0, left: 3 }];
    await millrace('files', 'reload', '--state', 'quarantined', '--json');
    expect(JSON.parse(written.out)).toEqual([]);
  });
});

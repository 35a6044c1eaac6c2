import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Bench } from '../bench.js';
import { BuiltMillrace } from '../engine/built-millrace.js';
import { millraceRate } from '../engine/throughput.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';

const CLIENTS = 1_000;

/** Throughput of the engine beside an API process with many event streams open, against one with none. */
export const sse: Figure = { id: 'console.sse', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const input = { runs: bench.options.quick ? 5_000 : 20_000, warmUp: 2_000, inFlight: 50, concurrency: 50 };
  const beside = (clients: number) => () =>
    bench.withDatabase(async (databaseUrl) => {
      const millrace = new BuiltMillrace(bench, databaseUrl, await bench.emptyRedis(), 50);
      try {
        const { url } = await millrace.startApi();
        const listeners = await Promise.all(Array.from({ length: clients }, () => listen(`${url}/events`)));
        const rate = await millraceRate(bench, 'redis', input, databaseUrl);
        const silent = listeners.filter(({ heard }) => heard() === 0).length;
        for (const { close } of listeners) close();
        if (silent > 0) throw new Error(`${silent} of ${clients} clients have heard nothing.`);
        return rate;
      } finally {
        await millrace.stop();
      }
    });
  const sides = await interleaved(bench.options.runs, beside(0), beside(CLIENTS));
  return [
    {
      ...{ id: 'console.sse', unit: '1/s', target: atLeast(0.9), ...sides },
      what: `throughput beside an API process with ${CLIENTS} clients of GET /events; baseline: with none`,
      settings: { ...input, clients: CLIENTS },
    },
  ];
}

/** Opens a stream, and counts the bytes that come. */
async function listen(url: string): Promise<{ heard: () => number; close: () => void }> {
  const request: ClientRequest = get(url, { agent: false, headers: { accept: 'text/event-stream' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => (bytes += chunk.length));
  // Ended by us, or with the process.
  for (const part of [request, response]) part.on('error', () => undefined);
  return { heard: () => bytes, close: () => request.destroy() };
}

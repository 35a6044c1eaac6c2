import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bench } from '../bench.js';
import { logging } from '../engine/tasks/bench.task.js';
import { millraceRate } from '../engine/throughput.js';
import { atLeast, type Figure, type Measured } from '../figure.js';
import { freePort } from '../free-port.js';
import { interleaved } from '../interleaved.js';

const SCRAPE_MS = 1_000;

/** What telemetry costs the engine: log lines written and metrics served; and every run traced. */
export const telemetry: Figure = { id: 'console.telemetry', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const input = {
    ...{ runs: bench.options.quick ? 5_000 : 20_000, warmUp: 2_000, inFlight: 50, concurrency: 50 },
    taskId: logging.id,
  };
  const rate = (environment: Record<string, string>) => millraceRate(bench, 'redis', { ...input, environment });
  const off = () => rate({ LOG_LEVEL: 'silent' });
  const told = await interleaved(bench.options.runs, off, () =>
    withScraped((port) => rate({ LOG_LEVEL: 'info', METRICS_PORT: String(port) })),
  );
  const traced = await interleaved(bench.options.runs, off, () =>
    withCollector((url) => rate({ LOG_LEVEL: 'silent', OTEL_EXPORTER_OTLP_ENDPOINT: url })),
  );
  const common = { unit: '1/s', settings: input };
  return [
    {
      ...{ ...common, ...told, id: 'console.telemetry.metrics-logs', target: atLeast(0.95) },
      what: 'throughput of a task that logs, its lines written as JSON and /metrics read each second; baseline: neither',
    },
    {
      ...{ ...common, ...traced, id: 'console.telemetry.traced', target: atLeast(0.8) },
      what: 'throughput of a task that logs, every run traced by OTLP; baseline: no traces',
    },
  ];
}

/** Reads `/metrics` of that port over and over. */
async function withScraped<T>(work: (port: number) => Promise<T>): Promise<T> {
  const port = await freePort();
  let scraped = 0;
  const scrape = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    if (response?.ok === true && (await response.text()).length > 0) scraped += 1;
  };
  const timer = setInterval(() => void scrape(), SCRAPE_MS);
  try {
    const result = await work(port);
    if (scraped === 0) throw new Error('Nobody served /metrics.');
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Takes traces and throws them away. */
async function withCollector<T>(work: (url: string) => Promise<T>): Promise<T> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const result = await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    if (bytes === 0) throw new Error('No span has come.');
    return result;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

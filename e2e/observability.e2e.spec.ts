import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { RunningMillrace } from './running-millrace.js';
import { type CollectedSpan, startTraceCollector } from './trace-collector.js';

const NAME = 'objects_detection_20220605_211200.json';
const SAMPLE = fileURLToPath(new URL(`../libs/ingest/samples/${NAME}`, import.meta.url));
const PERIOD = { from: '2022-01-01T00:00:00Z', to: '2023-01-01T00:00:00Z' };
const TRACE = '0af7651916cd43dd8448eb211c80319c';

let collector: Awaited<ReturnType<typeof startTraceCollector>>;
let millrace: RunningMillrace;
let metricsPort: number;
beforeAll(async () => {
  collector = await startTraceCollector();
  metricsPort = await firstOfFreePorts(3);
  millrace = await RunningMillrace.prepare({
    METRICS_PORT: String(metricsPort),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
  await millrace.start();
});
afterAll(async () => {
  await millrace.remove();
  collector.close();
});

/** The first of several ports in a row that nobody has. */
async function firstOfFreePorts(count: number): Promise<number> {
  for (;;) {
    const first = await freePort();
    const servers = Array.from({ length: count }, (_, place) => createServer().listen(first + place, '127.0.0.1'));
    const free = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
    if (free.every(({ status }) => status === 'fulfilled')) return first;
  }
}

const metricsOf = async (process: 'api' | 'worker' | 'file-watcher' | 'standalone') => {
  const place = { api: undefined, worker: 0, 'file-watcher': 1, standalone: 2 }[process];
  const port = place === undefined ? millrace.port : metricsPort + place;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  return (await answer.text()).split('\n');
};
const valueOf = (lines: readonly string[], series: string) =>
  Number(
    lines
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1),
  );
const loadOne = async () => {
  await millrace.drop(SAMPLE, NAME);
  await waitFor(async () => {
    const { files } = await millrace.json<{ files: { state: string }[] }>('/files');
    return files.some(({ state }) => state === 'loaded');
  });
};

describe('the built system', () => {
  it('traces a request through its run, the children of that, and their statements', async () => {
    await loadOne();
    const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    const accepted = await millrace.post('/runs?wait=30s', { task: 'fleet-summary', input: PERIOD }, headers);
    expect((await accepted.json()) as object).toMatchObject({ state: 'succeeded' });
    const ofTrace = () => collector.spans.filter(({ traceId }) => traceId === TRACE);
    const named = (name: string) => ofTrace().filter((span) => span.name === name);
    await waitFor(
      () =>
        named('POST /runs').length > 0 &&
        named('run fleet-summary').length >= 2 &&
        named('run vehicle-summary').length > 0,
    );
    const parentOf = ({ parentSpanId }: CollectedSpan) => ofTrace().find(({ spanId }) => spanId === parentSpanId);

    const [request] = named('POST /runs');
    expect(request).toMatchObject({ service: 'millrace-api', parentSpanId: 'b7ad6b7169203331' });
    // The first execution, and the replay after the children.
    for (const execution of named('run fleet-summary')) {
      expect(execution.service).toBe('millrace-worker');
      expect(parentOf(execution)).toBe(request);
    }
    for (const child of named('run vehicle-summary')) expect(parentOf(child)?.name).toBe('run fleet-summary');
    const statements = ofTrace().filter(({ name }) => name.startsWith('sql '));
    expect(statements.some((one) => parentOf(one)?.name === 'POST /runs')).toBe(true);
    expect(statements.some((one) => parentOf(one)?.name === 'run vehicle-summary')).toBe(true);
  });

  it('traces the load of a file down to its COPY', async () => {
    const load = await waitFor(() => collector.spans.find(({ name }) => name === 'run load-file'));
    const copies = await waitFor(() => {
      const found = collector.spans.filter(({ name, traceId }) => name === 'sql copy' && traceId === load.traceId);
      return found.length > 0 && found;
    });
    expect(copies[0]?.parentSpanId).toBe(load.spanId);
  });

  it('marks the span of a run that fails', async () => {
    const accepted = await millrace.post('/runs?wait=30s', {
      task: 'load-file',
      input: { fileId: crypto.randomUUID() },
    });
    const { id, state } = (await accepted.json()) as { id: string; state: string };
    expect(state).toBe('failed');
    const span = await waitFor(() => collector.spans.find(({ attributes }) => attributes['millrace.run'] === id));
    expect(span.status?.code).toBe(2);
    expect(span.attributes['millrace.outcome']).toBe('failed');
  });

  it('tells in /events of what another process does with a run, at once', async () => {
    const abort = new AbortController();
    const stream = await fetch(`http://127.0.0.1:${millrace.port}/events?task=hello`, { signal: abort.signal });
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
    })().catch(() => undefined);
    const accepted = await millrace.post('/runs', { task: 'hello', input: { name: 'Ada' } });
    const { id } = (await accepted.json()) as { id: string };
    await waitFor(() => text.includes(`"id":"${id}"`) && text.includes('"state":"succeeded"'));
    abort.abort();
    await reading;
  });

  it('counts in every process', async () => {
    const ended = 'millrace_runs_ended_total{task="fleet-summary",queue="reports",state="succeeded"';
    await waitFor(async () => valueOf(await metricsOf('worker'), ended) === 1);
    const worker = await metricsOf('worker');
    expect(valueOf(worker, 'millrace_files_ended_total{feed="objects-detection",outcome="loaded"')).toBe(1);
    expect(valueOf(worker, 'millrace_rows_loaded_total{feed="objects-detection"')).toBeGreaterThan(0);
    expect(valueOf(worker, 'millrace_run_duration_seconds_count{task="fleet-summary"')).toBe(1);
    expect(valueOf(worker, 'millrace_db_statement_duration_seconds_count{statement="runs.claim"')).toBeGreaterThan(0);
    expect(valueOf(worker, 'millrace_late_writes_refused_total')).toBe(0);
    const watcher = await metricsOf('file-watcher');
    expect(valueOf(watcher, 'millrace_files_found_total{feed="objects-detection"')).toBe(1);
    expect(valueOf(await metricsOf('standalone'), 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    const api = await metricsOf('api');
    expect(valueOf(api, 'millrace_queue_workers{queue="reports"')).toBe(1);
    expect(valueOf(api, 'millrace_http_request_duration_seconds_count{method="POST",route="/runs",status="202"')).toBe(
      1,
    );
  });
});

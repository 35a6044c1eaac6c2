import { afterEach, describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';
import { serveMetrics, type MetricsServer } from './serve-metrics.js';

const servers: MetricsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const serve = async (port: number | undefined) => {
  const server = await serveMetrics(new Metrics('worker'), { host: '127.0.0.1', port });
  servers.push(server);
  return server;
};

describe('the port for metrics', () => {
  it('has /metrics for whoever asks, and nothing else', async () => {
    const { url = '' } = await serve(0);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await answer.text()).toContain('process_cpu_seconds_total{process="worker"}');
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    expect((await fetch(new URL('/', url))).status).toBe(404);
  });

  it('is not opened without METRICS_PORT', async () => {
    expect((await serve(undefined)).url).toBeUndefined();
  });

  it('is named when another process has it', async () => {
    const { port } = new URL((await serve(0)).url ?? '');
    await expect(serve(Number(port))).rejects.toMatchObject({
      code: 'MR_PORT_TAKEN',
      message: expect.stringContaining('METRICS_PORT') as string,
    });
  });
});

import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import { BuiltProcess } from '../built-process.js';
import { atLeast, atMost, type Figure, type Measured } from '../figure.js';
import { freePort } from '../free-port.js';
import { loadHttp } from '../http-load.js';
import { interleaved } from '../interleaved.js';
import { withBuiltMillrace } from './built-millrace.js';
import { noOp } from './tasks/bench.task.js';

const CONNECTIONS = 50;

/** `POST /runs` against a POST of the same server that does nothing; no worker runs, jobs are added behind the answers. */
export const http: Figure = { id: 'engine.http', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const seconds = bench.options.quick ? 2 : 10;
  const load = {
    ...{ connections: CONNECTIONS, seconds },
    body: JSON.stringify({ task: noOp.id, input: { index: 1 } }),
  };
  const warm = async (port: number, path: string) => {
    await loadHttp({ ...load, port, path, seconds: 2 });
    return loadHttp({ ...load, port, path });
  };
  const sides = await interleaved(
    bench.options.runs,
    () => withNoOpServer((port) => warm(port, '/no-op')),
    () =>
      withBuiltMillrace(bench, 10, async (millrace) => {
        const { url } = await millrace.startApi();
        return warm(Number(new URL(url).port), '/runs');
      }),
  );
  const settings = { connections: CONNECTIONS, seconds, body: load.body };
  const pick = (name: 'perSecond' | 'p99') => ({
    baseline: sides.baseline.map((one) => one[name]),
    millrace: sides.millrace.map((one) => one[name]),
  });
  const what = 'POST /runs; baseline: a no-op POST of the same server';
  return [
    { ...pick('perSecond'), id: 'engine.http.rate', what, unit: '1/s', target: atLeast(0.5), settings },
    { ...pick('p99'), id: 'engine.http.p99', what: `p99, ${what}`, unit: 'ms', target: atMost(3), settings },
  ];
}

async function withNoOpServer<T>(work: (port: number) => Promise<T>): Promise<T> {
  const port = await freePort();
  const file = fileURLToPath(new URL('sides/no-op-server.ts', import.meta.url));
  const env = { PORT: String(port), LOG_LEVEL: 'error', LOG_FORMAT: 'json' };
  const server = BuiltProcess.start(file, env, ['--import', 'tsx']);
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/no-op`, { method: 'POST' }).then(
        ({ ok }) => ok,
        () => false,
      );
    await server.until(answers);
    return await work(port);
  } finally {
    await server.end();
  }
}

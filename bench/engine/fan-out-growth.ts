import type { Bench } from '../bench.js';
import { atMost, type Figure, type Measured, valueBelow } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { withBuiltMillrace } from './built-millrace.js';
import { fanOut } from './tasks/bench.task.js';

const CONCURRENCY = 50;

/** Ten times the children: the time, and the memory of the processes. */
export const fanOutGrowth: Figure = { id: 'engine.fanout.growth', needsRedis: true, measure };

interface Grown {
  readonly seconds: number;
  readonly workerMiB: number;
  readonly apiMiB: number;
}

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const small = bench.options.quick ? 1_000 : 10_000;
  const sides = await interleaved(
    bench.options.runs,
    () => fanOutOf(bench, small),
    () => fanOutOf(bench, 10 * small),
  );
  const pick = (name: keyof Grown) => ({
    baseline: sides.baseline.map((one) => one[name]),
    millrace: sides.millrace.map((one) => one[name]),
  });
  const what = `a map over ${10 * small} children; baseline: over ${small}, in Millrace too`;
  const common = { settings: { concurrency: CONCURRENCY, children: 10 * small } };
  const memory = { ...common, unit: 'MiB', target: valueBelow(500) };
  return [
    { ...common, ...pick('seconds'), id: 'engine.fanout.growth.time', what, unit: 's', target: atMost(12) },
    { ...memory, ...pick('workerMiB'), id: 'engine.fanout.growth.worker', what: `peak memory of the worker, ${what}` },
    { ...memory, ...pick('apiMiB'), id: 'engine.fanout.growth.api', what: `peak memory of the API, ${what}` },
  ];
}

function fanOutOf(bench: Bench, children: number): Promise<Grown> {
  return withBuiltMillrace(bench, CONCURRENCY, async (millrace) => {
    const { api, url } = await millrace.startApi();
    const worker = await millrace.startWorker();
    const started = performance.now();
    const id = await millrace.post(url, fanOut.id, { children });
    await worker.until(
      () => millrace.any(`FROM millrace.runs WHERE id = '${id}' AND finished_at IS NOT NULL`),
      600_000,
    );
    const seconds = (performance.now() - started) / 1_000;
    await fetch(`${url}/runs/${id}`);
    return { seconds, workerMiB: await worker.peakMemory(), apiMiB: await api.peakMemory() };
  });
}

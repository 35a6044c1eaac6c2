import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, withClient } from '../bench.js';
import { atMost, type Figure, type Measured } from '../figure.js';
import { interleaved } from '../interleaved.js';
import { runSide } from '../side.js';
import { percentile } from '../statistics.js';
import { withBuiltMillrace } from './built-millrace.js';
import { EndsHeard } from './ends-heard.js';
import { noOp } from './tasks/bench.task.js';

const CONCURRENCY = 10;
const WARM_UP = 100;

/** Idle: a run asked for over HTTP until its end is committed, as another connection sees it. */
export const latency: Figure = { id: 'engine.latency', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const samples = bench.options.quick ? 100 : 500;
  const input = { samples, warmUp: WARM_UP, concurrency: CONCURRENCY };
  const sides = await interleaved(
    bench.options.runs,
    async () => {
      const told = { ...input, redisUrl: await bench.emptyRedis() };
      return (await runSide<{ latencies: number[] }>('engine/sides/raw-latency.ts', told)).latencies;
    },
    () => millraceLatencies(bench, samples),
  );
  const at = (share: number) => ({
    baseline: sides.baseline.map((latencies) => percentile(latencies, share)),
    millrace: sides.millrace.map((latencies) => percentile(latencies, share)),
  });
  const common = { unit: 'ms', settings: { samples, concurrency: CONCURRENCY } };
  const what = 'idle, POST /runs sent until the terminal state is seen; baseline: raw BullMQ, add until completed';
  return [
    { ...common, ...at(0.5), id: 'engine.latency.p50', what: `p50, ${what}`, target: atMost(4) },
    { ...common, ...at(0.99), id: 'engine.latency.p99', what: `p99, ${what}`, target: atMost(3) },
  ];
}

function millraceLatencies(bench: Bench, samples: number): Promise<number[]> {
  return withBuiltMillrace(bench, CONCURRENCY, async (millrace) => {
    const { url } = await millrace.startApi();
    await millrace.startWorker();
    const latencies: number[] = [];
    await withClient(millrace.databaseUrl, async (client) => {
      const ends = await EndsHeard.on(client);
      for (let index = 0; index < WARM_UP + samples; index += 1) {
        const started = performance.now();
        const ended = await ends.heardAt(await millrace.post(url, noOp.id, { index }));
        if (index >= WARM_UP) latencies.push(ended - started);
        // Idle means that what follows an end is over too.
        await delay(5);
      }
    });
    return latencies;
  });
}

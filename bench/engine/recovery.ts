import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { type Figure, type Measured, valueAtMost } from '../figure.js';
import { withBuiltMillrace } from './built-millrace.js';
import { holdOn } from './tasks/bench.task.js';

const RUNS = 100;
/** Longest lease of a worker, in seconds, and what may be added to it. */
const LEASE = 10;
const MARGIN = 2;

/** A worker that holds many runs is killed: how long until all of them run elsewhere. */
export const recovery: Figure = { id: 'engine.recovery', needsRedis: true, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const millrace: number[] = [];
  for (let run = 0; run < bench.options.runs; run += 1) millrace.push(await secondsUntilElsewhere(bench));
  return [
    {
      ...{ id: 'engine.recovery', unit: 's', target: valueAtMost(LEASE + MARGIN), baseline: [], millrace },
      what: `SIGKILL of a worker that holds ${RUNS} runs until all of them run elsewhere`,
      settings: { runs: RUNS, concurrency: RUNS, leaseSeconds: LEASE },
    },
  ];
}

function secondsUntilElsewhere(bench: Bench): Promise<number> {
  return withBuiltMillrace(bench, RUNS, async (millrace) => {
    const { url } = await millrace.startApi();
    const first = await millrace.startWorker();
    for (let index = 0; index < RUNS; index += 1) await millrace.post(url, holdOn.id, { index });
    const runningOn = async (pid: number) =>
      !(await millrace.any(`FROM millrace.runs WHERE task_id = '${holdOn.id}' AND NOT (state = 'running' AND worker_id =
        (SELECT id FROM millrace.workers WHERE pid = ${pid}))`));
    await first.until(() => runningOn(first.pid));
    const second = await millrace.startWorker();
    // A worker takes runs from nobody before it has held its own lease for as long as one lasts.
    await delay((LEASE + MARGIN) * 1_000);
    await first.end('SIGKILL');
    const killed = performance.now();
    await second.until(() => runningOn(second.pid));
    return (performance.now() - killed) / 1_000;
  });
}

import { inFlight } from '../../in-flight.js';
import { readInput, tellResult } from '../../side.js';
import { noOp } from '../tasks/bench.task.js';
import type { WorkerEnvironment } from './millrace-apps.js';
import { MillraceHere } from './millrace-here.js';

/** Millrace: starts root runs and executes them at the same time; tells runs a second. */
interface Input extends WorkerEnvironment {
  readonly runs: number;
  readonly warmUp: number;
  readonly inFlight: number;
  /** @default the one that does nothing */
  readonly taskId?: string;
}

const input = readInput<Input>();
const millrace = await MillraceHere.start(input);
await rate(input.warmUp);
tellResult({ perSecond: await rate(input.runs) });
await millrace.stop();

async function rate(runs: number): Promise<number> {
  const started = performance.now();
  await inFlight(runs, input.inFlight, (index) => millrace.startRun(input.taskId ?? noOp.id, { index }));
  await millrace.untilAllSucceeded();
  return runs / ((performance.now() - started) / 1_000);
}

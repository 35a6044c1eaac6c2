import { readInput, tellResult } from '../../side.js';
import { fanOut } from '../tasks/bench.task.js';
import type { WorkerEnvironment } from './millrace-apps.js';
import { MillraceHere } from './millrace-here.js';

/** Millrace: one run that maps over no-op children; tells seconds until it has succeeded. */
interface Input extends WorkerEnvironment {
  readonly children: number;
  readonly warmUp: number;
}

const input = readInput<Input>();
const millrace = await MillraceHere.start(input);
await seconds(input.warmUp);
tellResult({ seconds: await seconds(input.children) });
await millrace.stop();

async function seconds(children: number): Promise<number> {
  const started = performance.now();
  await millrace.startRun(fanOut.id, { children });
  await millrace.untilAllSucceeded();
  return (performance.now() - started) / 1_000;
}

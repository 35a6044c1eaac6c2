import { Queue, Worker } from 'bullmq';
import { inFlight } from '../../in-flight.js';
import { readInput, tellResult } from '../../side.js';
import { connectRaw, keptJobs, type RawBackend } from './raw-connection.js';

/** Raw BullMQ: adds no-op jobs and processes them at the same time; tells jobs a second. */
interface Input extends RawBackend {
  readonly jobs: number;
  readonly warmUp: number;
  readonly inFlight: number;
  readonly concurrency: number;
}

const input = readInput<Input>();
const { connection, close } = connectRaw(input);
const queue = new Queue('bench', { connection });
const kept = keptJobs(input);
const worker = new Worker('bench', async () => ({ ok: true }), {
  connection,
  concurrency: input.concurrency,
  removeOnComplete: kept,
  removeOnFail: kept,
});
await worker.waitUntilReady();
await rate(input.warmUp);
tellResult({ perSecond: await rate(input.jobs) });
await worker.close();
await queue.close();
await close();

async function rate(jobs: number): Promise<number> {
  const started = performance.now();
  const done = new Promise<void>((resolve) => {
    let left = jobs;
    worker.on('completed', () => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  await inFlight(jobs, input.inFlight, (index) => queue.add('no-op', { index }, { attempts: 1 }));
  await done;
  worker.removeAllListeners('completed');
  return jobs / ((performance.now() - started) / 1_000);
}

import { Queue, Worker } from 'bullmq';
import { readInput, tellResult } from '../../side.js';
import { connectRaw, keptJobs, type RawBackend } from './raw-connection.js';

/** Raw BullMQ, idle: adds one job at a time; tells the milliseconds of each until it is completed. */
interface Input extends RawBackend {
  readonly samples: number;
  readonly warmUp: number;
  readonly concurrency: number;
}

const input = readInput<Input>();
const { connection, close } = connectRaw(input);
const queue = new Queue('bench', { connection });
const kept = keptJobs(input);
const worker = new Worker('bench', async () => ({ ok: true }), {
  ...{ connection, concurrency: input.concurrency, removeOnComplete: kept, removeOnFail: kept },
});
await worker.waitUntilReady();
const latencies: number[] = [];
for (let index = 0; index < input.warmUp + input.samples; index += 1) {
  const started = performance.now();
  const done = new Promise<void>((resolve) => worker.once('completed', () => resolve()));
  await queue.add('no-op', { index }, { attempts: 1 });
  await done;
  if (index >= input.warmUp) latencies.push(performance.now() - started);
}
tellResult({ latencies });
await worker.close();
await queue.close();
await close();

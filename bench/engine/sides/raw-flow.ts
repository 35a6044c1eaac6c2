import { FlowProducer, Worker } from 'bullmq';
import { readInput, tellResult } from '../../side.js';
import { connectRaw, keptJobs, type RawBackend } from './raw-connection.js';

/** Raw BullMQ: a flow of no-op children; tells seconds until its parent is completed. */
interface Input extends RawBackend {
  readonly children: number;
  readonly warmUp: number;
  readonly concurrency: number;
}

const input = readInput<Input>();
const { connection, close } = connectRaw(input);
const flows = new FlowProducer({ connection });
const kept = keptJobs(input);
const options = { connection, removeOnComplete: kept, removeOnFail: kept };
const children = new Worker('children', async () => ({ ok: true }), { ...options, concurrency: input.concurrency });
const parents = new Worker('parents', async () => ({ ok: true }), options);
await Promise.all([children.waitUntilReady(), parents.waitUntilReady()]);
await seconds(input.warmUp);
tellResult({ seconds: await seconds(input.children) });
await Promise.all([children.close(), parents.close()]);
await flows.close();
await close();

async function seconds(count: number): Promise<number> {
  const started = performance.now();
  const done = new Promise<void>((resolve) => parents.once('completed', () => resolve()));
  await flows.add({
    name: 'parent',
    queueName: 'parents',
    children: Array.from({ length: count }, (_, index) => ({ name: 'no-op', queueName: 'children', data: { index } })),
  });
  await done;
  return (performance.now() - started) / 1_000;
}

import { InMemoryRunStore, isTerminal } from '@millrace/runs';
import { defineTask, FatalError } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import { z } from 'zod';
import { BatchStarter } from './requests/batch-starter.js';
import { Dispatcher } from './queue/dispatcher.js';
import { Executor } from './executor.js';
import { InMemoryTaskQueue } from './queue/in-memory-task-queue.js';
import { publishTask } from './catalogue/publish-task.js';
import { RunCanceller } from './requests/run-canceller.js';
import { RunRetrier } from './requests/run-retrier.js';
import { RunStarter } from './requests/run-starter.js';
import { ServiceBindings } from './catalogue/service-bindings.js';
import { ExpiredRuns } from './sweep/expired-runs.js';
import { MarkedRuns } from './sweep/marked-runs.js';
import { StrandedRuns } from './sweep/stranded-runs.js';
import { Sweep } from './sweep/sweep.js';
import { TaskRegistry } from './catalogue/task-registry.js';

/** An engine on memory alone, with one worker that takes this many deliveries at once. */
export function startEngine(
  tasks: readonly unknown[],
  {
    concurrency = 4,
    services = new ServiceBindings(),
    abortGraceMs = 50,
    zombieLimits = {},
    writeLimits = {},
    logger = silentLogger,
  } = {},
) {
  const registry = TaskRegistry.from(tasks.map((value) => ({ value, origin: 'spec' })));
  const queue = new InMemoryTaskQueue(registry.batchSizes());
  const store = new InMemoryRunStore(new Map(registry.all().map((task) => [task.id, publishTask(task)])));
  const dispatcher = new Dispatcher(store, queue, logger);
  const recycled: string[] = [];
  const sweeping = { cancellation: store.cancellation, deadlines: store.deadlines, dispatcher, logger };
  const executor = new Executor({
    workerId: 'spec',
    registry,
    services,
    store,
    dispatcher,
    renewLease: async () => undefined,
    ...{ cancellation: store.cancellation, abortGraceMs, zombieLimits, writeLimits },
    recycle: (why) => recycled.push(why),
    logger,
  });
  const stranded = {
    workerId: 'spec',
    inHand: executor.inHand,
    workerRuns: store.workerRuns,
    store,
    dispatcher,
    logger,
  };
  const sweep = new Sweep([new MarkedRuns(sweeping), new ExpiredRuns(sweeping), new StrandedRuns(stranded)], logger);
  const canceller = new RunCanceller(store.cancellation, dispatcher);
  const stops = registry.queues().map((name) => queue.work(name, executor, concurrency));
  const starter = new RunStarter(registry, store, dispatcher);
  const start = (task: { readonly id: string }, input: unknown) =>
    starter.start({ taskId: task.id, input, trigger: 'api' }).then(({ runId }) => runId);
  const batches = new BatchStarter(registry, store, dispatcher);
  const startAll = async (task: { readonly id: string }, inputs: readonly unknown[]) => {
    const started = await batches.startAll(inputs.map((input) => ({ taskId: task.id, input, trigger: 'api' })));
    return started.map(({ runId }) => runId);
  };
  const ended = async (runId: string) => {
    await waitFor(() => isTerminal(store.peek(runId).state));
    return { runId, ...store.peek(runId) };
  };
  return {
    ...{ store, queue, executor, start, startAll, ended, recycled },
    retrier: new RunRetrier(store.retries, dispatcher),
    runAll: async (task: { readonly id: string }, inputs: readonly unknown[]) =>
      Promise.all((await startAll(task, inputs)).map(ended)),
    cancel: (runId: string) => canceller.cancel(runId),
    sweep: () => sweep.runOnce(),
    record: (runId: string) => store.peek(runId).calls,
    stop: () => Promise.all(stops.map((stop) => stop())),
    run: async (task: { readonly id: string }, input: unknown) => ended(await start(task, input)),
  };
}

/** Doubles a number. */
export const double = defineTask({
  id: 'double',
  input: z.object({ n: z.number() }),
  result: z.number(),
  run: async ({ n }) => n * 2,
});
/** Fails at once. */
export const refuse = defineTask({
  id: 'refuse',
  input: z.unknown(),
  result: z.null(),
  async run(): Promise<null> {
    throw new FatalError('refused');
  },
});

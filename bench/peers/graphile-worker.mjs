import { Logger, run } from 'graphile-worker';
import { countDone, input, tellRate } from './rate.mjs';

const { done, untilDone } = countDone();
const runner = await run({
  connectionString: input.databaseUrl,
  concurrency: input.concurrency,
  noHandleSignals: true,
  logger: new Logger(() => () => {}),
  preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, maxPoolSize: 10 } },
  taskList: { 'no-op': async () => {} },
});
runner.events.on('job:complete', done);
await tellRate((index) => runner.addJob('no-op', { index }), untilDone);
await runner.stop();

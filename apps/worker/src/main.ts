import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';

// Loading the modules makes much garbage, and V8 keeps the room that it took for it. Only while they are loaded: what runs later is
// collected as usual, less often and for less CPU. The flag takes the young objects' limit with it, also that of threads to come.
setFlagsFromString('--optimize-for-size');
const { runProcess } = await import('@millrace/telemetry');
const { startWorker } = await import('./start-worker.js');
setFlagsFromString('--no-optimize-for-size');
setFlagsFromString('--max-semi-space-size=0');

await runProcess({ name: 'worker', start: startWorker });

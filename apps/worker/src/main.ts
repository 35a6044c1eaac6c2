import 'reflect-metadata';
import { runProcess } from '@millrace/telemetry';
import { startWorker } from './start-worker.js';

await runProcess({ name: 'worker', start: startWorker });

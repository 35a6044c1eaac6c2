import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@millrace/telemetry';
import { startFileWatcher } from './start-file-watcher.js';

// Garbage is collected earlier: 100,000 files that wait at the start took 310 MiB without it. What the watcher does is to wait for
// files and for PostgreSQL.
setFlagsFromString('--optimize-for-size');

await runProcess({ name: 'file-watcher', start: startFileWatcher });

import 'reflect-metadata';
import { runProcess } from '@millrace/telemetry';
import { startFileWatcher } from './start-file-watcher.js';

await runProcess({ name: 'file-watcher', start: startFileWatcher });

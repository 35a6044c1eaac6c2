import 'reflect-metadata';
import { runProcess } from '@millrace/telemetry';
import { startApi } from './start-api.js';

await runProcess({ name: 'api', start: startApi });

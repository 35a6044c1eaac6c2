import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { serveReadings } from './serve-readings.js';
import type { ReadingThreadData } from './thread-messages.js';

// The thread's program; nothing else imports it.
serveReadings(parentPort as MessagePort, workerData as ReadingThreadData);

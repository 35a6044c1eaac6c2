import type { Figure } from '../figure.js';
import { backlogOnPostgres, backlogOnRedis } from './backlog.js';
import { growth } from './growth.js';
import { large50, large500 } from './large.js';
import { latencyOnPostgres, latencyOnRedis } from './latency.js';
import { limit } from './limit.js';
import { memory } from './memory.js';
import { queries } from './queries.js';
import { reference } from './reference.js';
import { smallOnPostgres, smallOnRedis } from './small.js';
import { status } from './status.js';

/** The figures about files, in the order in which they are measured. */
export const fileFigures: readonly Figure[] = [
  ...[large50, large500, limit, reference, status],
  ...[smallOnRedis, smallOnPostgres, latencyOnRedis, latencyOnPostgres],
  ...[backlogOnRedis, backlogOnPostgres, memory, growth, queries],
];

import type { Figure } from '../figure.js';
import { fanOutGrowth } from './fan-out-growth.js';
import { fanOutOnPostgres, fanOutOnRedis } from './fan-out.js';
import { growth } from './growth.js';
import { heldTransaction } from './held-transaction.js';
import { http } from './http.js';
import { idle } from './idle.js';
import { latency } from './latency.js';
import { peers } from './peers.js';
import { recovery } from './recovery.js';
import { throughputOnPostgres, throughputOnRedis } from './throughput.js';

/** The engine's figures, in the order in which they are measured. */
export const engineFigures: readonly Figure[] = [
  throughputOnRedis,
  throughputOnPostgres,
  latency,
  fanOutOnRedis,
  fanOutOnPostgres,
  fanOutGrowth,
  http,
  peers,
  growth,
  heldTransaction,
  recovery,
  idle,
];

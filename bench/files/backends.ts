import type { Bench } from '../bench.js';

/** What carries the queue. */
export type Backend = 'redis' | 'postgres';

/** The address of the queue's Redis, emptied; undefined where PostgreSQL carries the queue. */
export function redisFor(bench: Bench, backend: Backend): Promise<string | undefined> {
  return backend === 'redis' ? bench.emptyRedis() : Promise.resolve(undefined);
}

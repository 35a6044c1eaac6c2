import type { RedisOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** ioredis tries again for ever; at most this long between two tries, so that a Redis that is back is found soon. */
const retryStrategy = (attempt: number): number => Math.min(100 * attempt, 2_000);

/**
 * The one connection of all that adds jobs in a process. It fails at once while Redis is away instead of keeping
 * commands for its return: what was kept would grow without bound, and the sweep delivers again anyway.
 */
export function connectProducers(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  return redis.on('error', onError);
}

/** What workers connect with: one set of options for all the connections that BullMQ opens for them. */
export class WorkerConnection {
  private stopping = false;

  constructor(private readonly url: string) {}

  /** Commands wait for Redis to come back, so that a job that ended meanwhile is still acknowledged. */
  get options(): RedisOptions {
    return {
      url: this.url,
      maxRetriesPerRequest: null,
      retryStrategy: (attempt) => (this.stopping ? null : retryStrategy(attempt)),
    };
  }

  /** For the end of the process: a connection that is lost stays lost; else closing a worker would wait for Redis for ever. */
  stopReconnecting(): void {
    this.stopping = true;
  }
}

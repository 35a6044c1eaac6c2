import type { RedisServer } from '@millrace/config';
import type { ConnectionOptions } from 'bullmq';
import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';

/** ioredis tries again for ever; at most this long between two tries, so that a Redis that is back is found soon. */
const retryStrategy = (attempt: number): number => Math.min(100 * attempt, 2_000);

/**
 * The one connection of all that adds jobs in a process. It fails at once while Redis is away instead of keeping
 * commands for its return: what was kept would grow without bound, and the sweep delivers again anyway.
 */
export function connectProducers(server: RedisServer, onError: (error: Error) => void): Redis | Cluster {
  const options = { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: 0 };
  return open(server, options).on('error', onError);
}

/** What workers connect with: one set of options for all the connections that BullMQ opens for them. */
export class WorkerConnection {
  #stopping = false;

  constructor(private readonly server: RedisServer) {}

  /** Commands wait for Redis to come back, so that a job that ended meanwhile is still acknowledged. */
  get options(): ConnectionOptions {
    const { server } = this;
    const options = {
      maxRetriesPerRequest: null,
      retryStrategy: (attempt: number) => (this.#stopping ? null : retryStrategy(attempt)),
    };
    // BullMQ types its options more narrowly than ioredis, to which it hands them.
    if (server.kind === 'single') return { url: server.url, ...singleOptions(server), ...options } as ConnectionOptions;
    if (server.kind === 'sentinel') return { ...sentinelOptions(server), ...options } as ConnectionOptions;
    // BullMQ takes no options for a cluster, but a client, of which it makes copies: this one never connects.
    return open(server, { ...options, lazyConnect: true });
  }

  /** For the end of the process: a connection that is lost stays lost; else closing a worker would wait for Redis for ever. */
  stopReconnecting(): void {
    this.#stopping = true;
  }
}

function open(server: RedisServer, options: RedisOptions): Redis | Cluster {
  switch (server.kind) {
    case 'single':
      return new Redis(server.url, { ...singleOptions(server), ...options });
    case 'sentinel':
      return new Redis({ ...sentinelOptions(server), ...options });
    case 'cluster':
      return new Cluster([...server.nodes], clusterOptions(server, options));
  }
}

function singleOptions({ tls }: Extract<RedisServer, { kind: 'single' }>): RedisOptions {
  return tls === undefined ? {} : { tls: given(tls) };
}

function sentinelOptions(server: Extract<RedisServer, { kind: 'sentinel' }>): RedisOptions {
  const { sentinels, name, sentinelPassword, tls } = server;
  return {
    ...{ sentinels: [...sentinels], name, ...given({ sentinelPassword }), ...accessOf(server) },
    sentinelRetryStrategy: retryStrategy,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: given(tls) }),
  };
}

function clusterOptions(
  server: Extract<RedisServer, { kind: 'cluster' }>,
  { retryStrategy: again, enableOfflineQueue = true, lazyConnect = false, maxRetriesPerRequest }: RedisOptions,
): ClusterOptions {
  return {
    ...{ enableOfflineQueue, lazyConnect },
    redisOptions: { ...accessOf(server), maxRetriesPerRequest: maxRetriesPerRequest ?? null },
    clusterRetryStrategy: (attempt) => again?.(attempt) ?? null,
    // A certificate names hosts, and the address that a name stands for is not among them.
    ...(server.tls && { dnsLookup: (address, found) => found(null, address) }),
  };
}

function accessOf({ username, password, tls }: Exclude<RedisServer, { kind: 'single' }>): RedisOptions {
  return { ...given({ username, password }), ...(tls && { tls: given(tls) }) };
}

/** Without what is undefined, which ioredis would send. */
function given<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

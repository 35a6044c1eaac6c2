import type { Values } from './variables.js';

interface Address {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Undefined: no TLS. */
  readonly tls: RedisTls | undefined;
}

export interface RedisTls {
  /** Certificates of the authority, in PEM; undefined: those that Node trusts. */
  readonly ca: string | undefined;
}

/** Where the Redis is that carries the queues. */
export type RedisServer =
  | { readonly kind: 'single'; readonly url: string; readonly tls: RedisTls | undefined }
  | (Access & { readonly kind: 'cluster'; readonly nodes: readonly Address[] })
  | (Access & {
      readonly kind: 'sentinel';
      readonly sentinels: readonly Address[];
      readonly sentinelPassword: string | undefined;
      /** Under which the Sentinels know it. */
      readonly name: string;
    });

type RedisValues = Pick<Values, Extract<keyof Values, `REDIS_${string}`>>;

/** Undefined: none was named. */
export function redisServerOf(values: RedisValues): RedisServer | undefined {
  const { REDIS_URL: url, REDIS_CLUSTER_NODES: nodes, REDIS_SENTINELS: sentinels, REDIS_TLS_CA: ca } = values;
  if (url !== undefined) return { kind: 'single', url, tls: url.startsWith('rediss:') ? { ca } : undefined };
  const access = {
    username: values.REDIS_USERNAME,
    password: values.REDIS_PASSWORD,
    tls: values.REDIS_TLS === 'on' ? { ca } : undefined,
  };
  if (nodes !== undefined) return { kind: 'cluster', nodes, ...access };
  if (sentinels === undefined) return undefined;
  const { REDIS_SENTINEL_NAME: name, REDIS_SENTINEL_PASSWORD: sentinelPassword } = values;
  return { kind: 'sentinel', sentinels, name, sentinelPassword, ...access };
}

/** What contradicts itself, or would be passed over in silence. */
export function redisProblems(values: RedisValues): string[] {
  const where = (['REDIS_URL', 'REDIS_CLUSTER_NODES', 'REDIS_SENTINELS'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (where.length > 1) return [`${where.join(' and ')} contradict each other: set one of them`];
  const problems: string[] = [];
  const [named] = where;
  if (named !== 'REDIS_CLUSTER_NODES' && named !== 'REDIS_SENTINELS') {
    for (const name of ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_TLS'] as const) {
      if (values[name] === undefined) continue;
      problems.push(`${name} is for REDIS_CLUSTER_NODES and REDIS_SENTINELS: a REDIS_URL says the same itself`);
    }
  }
  if (values.REDIS_SENTINEL_PASSWORD !== undefined && named !== 'REDIS_SENTINELS') {
    problems.push('REDIS_SENTINEL_PASSWORD is for REDIS_SENTINELS, which is not set');
  }
  if (values.REDIS_TLS_CA !== undefined && redisServerOf(values)?.tls === undefined) {
    problems.push('REDIS_TLS_CA is for TLS: make REDIS_URL a rediss://, or set REDIS_TLS=on');
  }
  return problems;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigError } from './config.errors.js';
import { loadConfig } from './load-config.js';

describe('the Redis that carries the queues', () => {
  let folder: string;
  let ca: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-config-'));
    ca = join(folder, 'ca.pem');
    writeFileSync(ca, 'a certificate');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const redisOf = (env: Record<string, string>) => loadConfig(env).queue.redis;
  const problemsOf = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig(env);
    } catch (error) {
      return (error as ConfigError).problems;
    }
    return [];
  };

  it('is a single one by its URL, with TLS where that is rediss', () => {
    expect(redisOf({ REDIS_URL: 'redis://cache:6379/2' })).toEqual({
      ...{ kind: 'single', url: 'redis://cache:6379/2', tls: undefined },
    });
    expect(redisOf({ REDIS_URL: 'rediss://cache:6379', REDIS_TLS_CA: ca })).toEqual({
      ...{ kind: 'single', url: 'rediss://cache:6379', tls: { ca: 'a certificate' } },
    });
  });

  it('is a cluster by some of its nodes', () => {
    expect(
      redisOf({
        REDIS_CLUSTER_NODES: 'one:7000, 10.0.0.2:7001,[::1]:7002',
        ...{ REDIS_USERNAME: 'millrace', REDIS_PASSWORD: 'secret', REDIS_TLS: 'on' },
      }),
    ).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: '10.0.0.2', port: 7001 },
        { host: '::1', port: 7002 },
      ],
      ...{ username: 'millrace', password: 'secret', tls: { ca: undefined } },
    });
  });

  it('is known to Sentinels by its name', () => {
    expect(redisOf({ REDIS_SENTINELS: 'a:26379,b:26379', REDIS_SENTINEL_PASSWORD: 'p' })).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: 'b', port: 26379 },
      ],
      ...{ name: 'mymaster', sentinelPassword: 'p', username: undefined, password: undefined, tls: undefined },
    });
    expect(redisOf({ REDIS_SENTINELS: 'a:1', REDIS_SENTINEL_NAME: 'queues' })).toMatchObject({ name: 'queues' });
  });

  it('has keys that begin with a hash tag, so that all of them share a slot', () => {
    expect(loadConfig({ REDIS_PREFIX: 'staging' }).queue.prefix).toBe('{staging}');
    expect(problemsOf({ REDIS_PREFIX: '{a}b' })).toEqual([expect.stringContaining('REDIS_PREFIX must be letters')]);
  });

  it.each([
    [{ REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b:1' }, 'REDIS_URL and REDIS_CLUSTER_NODES contradict'],
    [{ REDIS_CLUSTER_NODES: 'b:1', REDIS_SENTINELS: 'c:1' }, 'REDIS_CLUSTER_NODES and REDIS_SENTINELS contradict'],
    [{ REDIS_URL: 'redis://a', REDIS_PASSWORD: 'hunter2' }, 'REDIS_PASSWORD is for REDIS_CLUSTER_NODES'],
    [{ REDIS_TLS: 'on' }, 'REDIS_TLS is for REDIS_CLUSTER_NODES'],
    [
      { REDIS_CLUSTER_NODES: 'b:1', REDIS_SENTINEL_PASSWORD: 'hunter2' },
      'REDIS_SENTINEL_PASSWORD is for REDIS_SENTINELS',
    ],
    [{ REDIS_CLUSTER_NODES: 'redis://b' }, 'must be addresses like host:6379'],
    [{ REDIS_URL: 'rediss://a', REDIS_TLS_CA: '/no/such/file' }, 'must be the path of a file that can be read'],
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env as Record<string, string>)).toEqual([expect.stringContaining(problem)]);
    expect(problemsOf(env as Record<string, string>).join()).not.toContain('hunter2');
  });

  it('refuses an authority without TLS', () => {
    expect(problemsOf({ REDIS_URL: 'redis://a', REDIS_TLS_CA: ca })).toEqual([
      expect.stringContaining('REDIS_TLS_CA is for TLS'),
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.js';

const secretsOf = (env: Record<string, string>) => loadConfig(env).log.secrets;

describe('what is hidden in logs', () => {
  it('are the passwords of URLs, as they are written and as they are meant', () => {
    expect(secretsOf({ DATABASE_URL: 'postgres://me:hush%20hush-now@db/millrace' })).toEqual([
      'me:hush%20hush-now@',
      'hush%20hush-now',
      'hush hush-now',
    ]);
    expect(secretsOf({ REDIS_URL: 'redis://:a-long-password@cache:6379/0' })).toContain('a-long-password');
  });

  it('are tokens and passwords of their own', () => {
    const API_TOKENS = 'first-token-of-some-length,other-token-of-some-length';
    const redis = { REDIS_CLUSTER_NODES: 'a:1', REDIS_PASSWORD: 'cluster-password' };
    expect([...secretsOf({ API_TOKENS, ...redis })].sort()).toEqual([
      'cluster-password',
      'first-token-of-some-length',
      'other-token-of-some-length',
    ]);
  });

  it('is no word that stands everywhere', () => {
    expect(secretsOf({ DATABASE_URL: 'postgres://millrace:millrace@db/millrace' })).toEqual(['millrace:millrace@']);
    expect(secretsOf({ DATABASE_URL: 'postgres://u:p@db/millrace' })).toEqual([]);
  });
});

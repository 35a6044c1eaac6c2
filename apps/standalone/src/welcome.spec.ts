import { loadConfig } from '@millrace/config';
import { describe, expect, it } from 'vitest';
import { apiUrl, welcome } from './welcome.js';

const given = (env: Record<string, string>) => ({
  config: loadConfig(env),
  databaseUrlFile: undefined,
  dataDir: undefined,
  logs: '/home/logs',
  seconds: 1.234,
});

describe('welcome screen', () => {
  it.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ HOST: '0.0.0.0', AUTH: 'off', PORT: '80' }, 'http://127.0.0.1:80'],
    [{ HOST: '::1' }, 'http://[::1]:3000'],
    [{ HOST: '::', AUTH: 'off' }, 'http://[::1]:3000'],
  ])('reaches an API that listens as %j says', (env, url) => {
    expect(apiUrl(loadConfig(env).http)).toBe(url);
  });

  it('gives curl lines that hold JSON, with a place for the token where one is needed', () => {
    const screen = welcome(given({ API_TOKENS: 'a-token-of-some-length' }));
    const bodies = [...screen.matchAll(/curl .* -d '(.*)'/g)].map(([, body]) => JSON.parse(body ?? '') as unknown);
    expect(bodies).toMatchObject([{ task: 'hello' }, { task: 'fleet-summary' }]);
    expect(screen).toContain("-H 'authorization: Bearer YOUR_TOKEN'");
    expect(screen).not.toContain('a-token-of-some-length');
    expect(welcome(given({}))).not.toContain('authorization');
  });

  it('tells how to reach the embedded PostgreSQL without printing its password', () => {
    const screen = welcome({ ...given({}), databaseUrlFile: '/home/database-url', dataDir: '/home/postgres' });
    expect(screen).toContain('psql "$(cat /home/database-url)"');
    expect(screen).toContain('/home/postgres');
  });
});

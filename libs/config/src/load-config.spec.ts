import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigError } from './config.errors.js';
import { loadConfig } from './load-config.js';
import { VARIABLES, type Variable } from './variables.js';

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
};

describe('loadConfig', () => {
  it('needs nothing: everything has a default that its own rule accepts', () => {
    expect(loadConfig({ LOG_FORMAT: 'json' })).toEqual({
      database: { url: undefined },
      queue: { redis: undefined, prefix: '{millrace}' },
      http: { host: '127.0.0.1', port: 3000, apiTokens: [], authOff: false },
      metrics: { host: '127.0.0.1', port: undefined },
      traced: false,
      files: {
        inboxes: [resolve('inbox')],
        subfolders: false,
        home: resolve('.millrace'),
        archive: resolve('.millrace/archive'),
        quarantine: resolve('.millrace/quarantine'),
        scanEveryMs: 5_000,
        uploadLimitBytes: 1_024_000_000,
      },
      tasks: { source: resolve('tasks') },
      worker: { queues: undefined, concurrency: 10, shutdownGraceMs: 20_000 },
      retention: {
        succeededMs: 2_592_000_000,
        unsuccessfulMs: 7_776_000_000,
        detectionsMs: undefined,
        statusesMs: undefined,
      },
      log: { level: 'info', pretty: false, secrets: [] },
    });
  });

  it('reads every variable', () => {
    const config = loadConfig({
      DATABASE_URL: 'postgres://u:p@db/millrace',
      REDIS_URL: 'rediss://cache:6380',
      API_TOKENS: 'first-token-of-some-length, other-token-of-some-length',
      HOST: '0.0.0.0',
      PORT: '8080',
      TASKS: '@acme/pipelines',
      INBOX_DIR: '/srv/in, /mnt/other',
      INBOX_SUBFOLDERS: 'true',
      INBOX_SCAN_SECONDS: '1',
      UPLOAD_LIMIT_MB: '5',
      MILLRACE_HOME: '/srv/home',
      WORKER_QUEUES: 'load,reports',
      WORKER_CONCURRENCY: '50',
      SHUTDOWN_GRACE: '0',
      RETENTION_SUCCEEDED: '12h',
      RETENTION_FAILED: 'off',
      RETENTION_DETECTIONS: '2d',
      RETENTION_STATUSES: '1d',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'pretty',
    });
    expect(config).toMatchObject({
      database: { url: 'postgres://u:p@db/millrace' },
      queue: { redis: { kind: 'single', url: 'rediss://cache:6380', tls: { ca: undefined } } },
      http: {
        host: '0.0.0.0',
        port: 8080,
        apiTokens: ['first-token-of-some-length', 'other-token-of-some-length'],
        authOff: false,
      },
      files: {
        ...{ inboxes: ['/srv/in', '/mnt/other'], subfolders: true },
        ...{ archive: '/srv/home/archive', scanEveryMs: 1_000, uploadLimitBytes: 5_000_000 },
      },
      tasks: { source: '@acme/pipelines' },
      worker: { queues: ['load', 'reports'], concurrency: 50, shutdownGraceMs: 0 },
      retention: {
        succeededMs: 43_200_000,
        unsuccessfulMs: undefined,
        detectionsMs: 172_800_000,
        statusesMs: 86_400_000,
      },
      log: { level: 'debug', pretty: true },
    });
  });

  it('is frozen to the last branch', () => {
    const config = loadConfig({ API_TOKENS: 'a-token-of-some-length' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.http.apiTokens)).toBe(true);
  });

  it('reports all mistakes at once, with what was given and what is allowed', () => {
    const problems = problemsOf({ PORT: '80a', LOG_LEVEL: 'loud', WORKER_CONCURRENCY: '0', WORKER_QUEUE: 'load' });
    expect(problems).toEqual([
      'PORT must be a whole number from 1 to 65535, not "80a"',
      'WORKER_CONCURRENCY must be a whole number from 1 to 1000, not "0"',
      'LOG_LEVEL must be trace or debug or info or warn or error or silent, not "loud"',
      'WORKER_QUEUE is not known; did you mean WORKER_QUEUES?',
    ]);
  });

  it('never prints the value of a secret', () => {
    const secrets = (Object.entries(VARIABLES) as [string, Variable<unknown>][]).filter(([, { secret }]) => secret);
    fc.assert(
      fc.property(fc.constantFrom(...secrets), fc.stringMatching(/^[ -~]{6,40}$/), ([name], value) => {
        fc.pre(!/^[\w ]*$/.test(value) && problemsOf({ [name]: value }).length > 0);
        expect(problemsOf({ [name]: value }).join('\n')).not.toContain(value);
      }),
    );
    expect(problemsOf({ DATABASE_URL: 'mysql://root:hunter2@db' }).join()).not.toContain('hunter2');
  });

  it('never lets a bad number fall back to a default', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (port) => {
        fc.pre(!/^\d+$/.test(port));
        expect(problemsOf({ PORT: port })).toHaveLength(1);
      }),
    );
  });

  it('takes an empty value for one that is not set', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '' })).toMatchObject({
      http: { port: 3000 },
      queue: { redis: undefined },
    });
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('asks for no token on loopback (%s)', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '10.0.0.7', 'millrace.example'])('refuses %s without a token', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([expect.stringContaining('set API_TOKENS, or AUTH=off')]);
    expect(problemsOf({ HOST, AUTH: 'off' })).toEqual([]);
    expect(problemsOf({ HOST, API_TOKENS: 'a-token-of-some-length' })).toEqual([]);
  });

  it('refuses a token that is short, and tokens together with AUTH=off', () => {
    expect(problemsOf({ API_TOKENS: 'short' })).toHaveLength(1);
    expect(problemsOf({ API_TOKENS: 'a-token-of-some-length', AUTH: 'off' })).toEqual([
      expect.stringContaining('contradict'),
    ]);
  });

  it('suggests the near name for what is probably a misspelt variable of ours', () => {
    expect(problemsOf({ INBOXDIR: '/in' })).toEqual(['INBOXDIR is not known; did you mean INBOX_DIR?']);
    expect(problemsOf({ Millrace_Home: '/in' })).toEqual(['Millrace_Home is not known; did you mean MILLRACE_HOME?']);
  });

  it("leaves other programs' variables alone", () => {
    expect(
      problemsOf({
        PATH: '/bin',
        HOSTNAME: 'box',
        REDIS_URI: 'for another program',
        REDIS_URL: 'redis://cache:6379',
        MILLRACE_API_SERVICE_HOST: '10.0.0.1',
      }),
    ).toEqual([]);
  });

  it('takes no inbox inside another, nor one twice', () => {
    expect(problemsOf({ INBOX_DIR: '/srv/in,/srv/in/north' })).toEqual([
      'INBOX_DIR names /srv/in/north twice, or a folder around it: give folders apart',
    ]);
    expect(problemsOf({ INBOX_DIR: './in,in' })).toHaveLength(1);
    expect(problemsOf({ INBOX_DIR: '/srv/in,/srv/in-too' })).toEqual([]);
    expect(problemsOf({ INBOX_DIR: '/srv/in,' })).toHaveLength(1);
  });
});

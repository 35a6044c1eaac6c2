import type { Config } from '@millrace/config';
import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { accessRules } from './access-rules.js';

const http = (over: Partial<Config['http']> = {}): Config['http'] => ({
  host: '127.0.0.1',
  port: 3000,
  apiTokens: [],
  authOff: false,
  ...over,
});

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly route?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is answered: `served`, or the code of the refusal. */
function ask(config: Config['http'], { method = 'GET', host = 'localhost', route = '/runs', headers = {} }: Asked) {
  const request = {
    method,
    hostname: host,
    routeOptions: { url: route },
    headers: { host: `${host}:3000`, ...headers },
  };
  try {
    for (const rule of accessRules(config)) rule(request as unknown as FastifyRequest);
    return 'served';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

describe('with tokens', () => {
  const secured = http({ host: '0.0.0.0', apiTokens: ['one', 'two:with colon'] });

  it.each([['Bearer one'], ['bearer one'], ['Bearer  one'], [basic('anyone:one')], [basic(':two:with colon')]])(
    '%s opens every route',
    (authorization) => {
      expect(ask(secured, { headers: { authorization } })).toBe('served');
    },
  );

  it.each([
    ['Bearer three'],
    ['Bearer '],
    ['Bearer'],
    ['one'],
    ['Digest one'],
    [basic('one')],
    [basic('one:')],
    [basic('anyone:two')],
  ])('%s is refused', (authorization) => {
    expect(ask(secured, { headers: { authorization } })).toBe('MR_UNAUTHORIZED');
  });

  it('nobody gets in without one, but for the health checks', () => {
    expect(ask(secured, {})).toBe('MR_UNAUTHORIZED');
    expect(ask(secured, { route: '/queues/api/queues' })).toBe('MR_UNAUTHORIZED');
    expect(ask(secured, { route: '/health/live' })).toBe('served');
    expect(ask(secured, { route: '/health/ready' })).toBe('served');
  });

  it('a page of another site cannot use the password that a browser keeps', () => {
    const headers = {
      authorization: basic('anyone:one'),
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    };
    expect(ask(secured, { method: 'POST', headers })).toBe('MR_ORIGIN_REFUSED');
  });

  it('any name of this machine is served', () => {
    expect(ask(secured, { host: 'millrace.example', headers: { authorization: 'Bearer one' } })).toBe('served');
  });
});

describe('on loopback without tokens', () => {
  it.each([['localhost'], ['LOCALHOST'], ['127.0.0.1'], ['127.1.2.3'], ['[::1]']])('Host %s is served', (host) => {
    expect(ask(http(), { host })).toBe('served');
  });

  it.each([['evil.example'], ['127.0.0.1.evil.example'], ['localhost.evil.example'], ['']])(
    'Host "%s" is refused',
    (host) => {
      expect(ask(http(), { host })).toBe('MR_HOST_REFUSED');
    },
  );

  it.each([
    [{}, 'served'],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' }, 'served'],
    [{ 'sec-fetch-site': 'none' }, 'served'],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }, 'MR_ORIGIN_REFUSED'],
    [{ 'sec-fetch-site': 'cross-site' }, 'MR_ORIGIN_REFUSED'],
    [{ origin: 'http://localhost:3000' }, 'served'],
    [{ origin: 'http://localhost:8080' }, 'MR_ORIGIN_REFUSED'],
    [{ origin: 'null' }, 'MR_ORIGIN_REFUSED'],
  ])('a POST with %j is %s', (headers, answer) => {
    expect(ask(http(), { method: 'POST', headers })).toBe(answer);
  });

  it('a GET is served whoever linked to it', () => {
    expect(ask(http(), { headers: { 'sec-fetch-site': 'cross-site' } })).toBe('served');
  });
});

describe('with AUTH=off beyond loopback', () => {
  it('serves any Host, and still no POST of another site', () => {
    const open = http({ host: '0.0.0.0', authOff: true });
    expect(ask(open, { host: 'api.internal' })).toBe('served');
    expect(ask(open, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } })).toBe('MR_ORIGIN_REFUSED');
  });
});

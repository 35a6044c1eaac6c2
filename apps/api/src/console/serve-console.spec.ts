import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardAccess } from '../access/access-hook.js';
import { sendSecurityHeaders } from '../http/security-headers.js';
import { findBuiltConsole } from './built-console.js';
import { serveConsole } from './serve-console.js';

const BROWSER = { accept: 'text/html,*/*;q=0.8' };

let folder: string;
let fastify: FastifyInstance;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'pages.json'), '{"/runs/:id":["assets/run-1a2b.js","assets/bar-3c4d.js"],"/":[]}');
  await writeFile(join(folder, 'assets/page-1a2b.js'), 'plain');
  await writeFile(join(folder, 'assets/page-1a2b.js.br'), 'small');
  const built = await findBuiltConsole(pathToFileURL(`${folder}/`));
  fastify = Fastify();
  sendSecurityHeaders(fastify);
  if (built !== undefined) serveConsole(fastify, built);
  guardAccess(fastify, { host: '0.0.0.0', port: 0, apiTokens: ['a-token'], authOff: false });
  fastify.get('/runs/:id', async () => ({ id: '7' }));
  fastify.get('/queues', async () => 'jobs');
  await fastify.ready();
});
afterAll(async () => {
  await fastify.close();
  await rm(folder, { recursive: true });
});
const get = (url: string, headers: Record<string, string> = {}) => fastify.inject({ method: 'GET', url, headers });

describe('the console where API_TOKENS are set', () => {
  it('is a page that anybody gets, at its own addresses and those that it shares with the API', async () => {
    for (const url of ['/', '/runs', '/runs/7', '/files/7?x=1']) {
      const answer = await get(url, BROWSER);
      expect(answer.statusCode, url).toBe(200);
      expect(answer.body).toBe('<!doctype html>');
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', vary: 'accept' });
      expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    }
  });

  it('has a browser fetch the scripts of a page with its document', async () => {
    const scripts = '</assets/run-1a2b.js>; rel=modulepreload, </assets/bar-3c4d.js>; rel=modulepreload';
    expect((await get('/runs/7?tab=log', BROWSER)).headers.link).toBe(scripts);
    for (const url of ['/', '/runs']) expect((await get(url, BROWSER)).headers.link).toBeUndefined();
    expect((await get('/runs/7', { authorization: 'Bearer a-token' })).headers.link).toBeUndefined();
  });

  it('says by the page that nothing is at an address, and to a program by JSON', async () => {
    const answer = await get('/nowhere', BROWSER);
    expect([answer.statusCode, answer.body]).toEqual([404, '<!doctype html>']);
    expect((await get('/nowhere', { accept: '*/*', authorization: 'Bearer a-token' })).json()).toMatchObject({
      statusCode: 404,
    });
  });

  it('leaves data to those who have a token', async () => {
    expect((await get('/runs/7')).statusCode).toBe(401);
    expect((await get('/runs/7', { authorization: 'Bearer a-token' })).json()).toEqual({ id: '7' });
    expect((await get('/queues', BROWSER)).statusCode).toBe(401);
  });

  it('has assets that a browser keeps, compressed as it takes them', async () => {
    const plain = await get('/assets/page-1a2b.js');
    expect(plain.body).toBe('plain');
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const small = await get('/assets/page-1a2b.js', { 'accept-encoding': 'gzip, br' });
    expect(small.body).toBe('small');
    expect(small.headers['content-encoding']).toBe('br');
    expect(small.headers['content-type']).toMatch('javascript');
  });

  it('has nothing beside its assets', async () => {
    expect((await get('/assets/..%2findex.html')).statusCode).toBeGreaterThanOrEqual(400);
    expect((await get('/assets/absent.js')).statusCode).toBe(404);
  });
});

it('a console that was not built is not found', async () => {
  expect(await findBuiltConsole(pathToFileURL(`${folder}/absent/`))).toBeUndefined();
});

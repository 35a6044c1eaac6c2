import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTlsRedis } from './redis-tls.js';

let programs: string;
let temporary: string;
beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'millrace-programs-'));
  temporary = await mkdtemp(join(tmpdir(), 'millrace-temporary-'));
  vi.stubEnv('PATH', programs);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([programs, temporary].map((folder) => rm(folder, { recursive: true })));
});

it('a Redis with TLS leaves no folder behind where there is no openssl', async () => {
  await expect(startTlsRedis()).rejects.toThrow('openssl');
  expect(await readdir(temporary)).toEqual([]);
});

it('a Redis with TLS leaves no folder behind where there is no redis-server', async () => {
  await writeFile(join(programs, 'openssl'), '#!/bin/sh\n');
  await chmod(join(programs, 'openssl'), 0o755);
  await expect(startTlsRedis()).rejects.toThrow('redis-server');
  expect(await readdir(temporary)).toEqual([]);
});

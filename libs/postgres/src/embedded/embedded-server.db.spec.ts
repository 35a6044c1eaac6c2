import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from './embedded-server.js';
import { isAlive } from './postmaster.js';

describe('embedded server', () => {
  let folder: string;
  let dataDir: string;
  const started: EmbeddedServer[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-embedded-'));
    await chmod(folder, 0o755);
    dataDir = join(folder, 'postgres');
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (lines: string[] = []) => {
    const server = await startEmbeddedServer({ dataDir, onProgress: (line) => lines.push(line) });
    started.push(server);
    return server;
  };
  const query = async (url: string, sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('creates a database in a missing folder and keeps its rows over a stop and a second start', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const lines: string[] = [];
    const second = await start(lines);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.url).toBe(first.url);
    expect(lines).toEqual([]);
  });

  it('lets in only who knows the password, from loopback only, with durable commits', async () => {
    const { url } = await start();
    await expect(query(url.replace(/:[^:@]+@/, ':password@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(dataDir, 'millrace-password'))).mode & 0o777).toBe(0o600);
    const rows = await query(
      url,
      `SELECT name, setting FROM pg_settings
       WHERE name IN ('fsync', 'listen_addresses', 'synchronous_commit', 'unix_socket_directories') ORDER BY name`,
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', 'on', '']);
  });

  it('attaches to the server that a killed parent left running', async () => {
    const abandoned = await start();
    const lines: string[] = [];
    const attached = await start(lines);
    expect(attached.pid).toBe(abandoned.pid);
    expect(lines).toEqual(['Using the PostgreSQL that an earlier start left running']);
    await attached.stop();
    expect(isAlive(abandoned.pid)).toBe(false);
  });

  it('starts over the lock file of a postmaster that was killed', async () => {
    const killed = await start();
    process.kill(killed.pid, 'SIGKILL');
    await killed.stop();
    const restarted = await start();
    expect(restarted.pid).not.toBe(killed.pid);
    expect(await query(restarted.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts over a lock file whose process id belongs to another program now', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n1\n\n127.0.0.1\n\nready\n`);
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('replaces a left-over server that does not answer', async () => {
    const hung = await start();
    process.kill(hung.pid, 'SIGSTOP');
    const lines: string[] = [];
    const replaced = start(lines);
    await expect.poll(() => lines, { timeout: 15_000 }).toHaveLength(1);
    process.kill(hung.pid, 'SIGCONT');
    expect((await replaced).pid).not.toBe(hung.pid);
    expect(lines[0]).toContain('does not answer');
  });

  it('takes another port when its own is taken', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.stop();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await start();
    expect(Number(new URL(second.url).port)).toBe(port + 1);
    squatter.close();
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'thesis.txt'), 'do not lose');
    await expect(start()).rejects.toMatchObject({
      code: 'MR_EMBEDDED_DATA_DIR',
      message: expect.stringContaining('holds something that is no database of Millrace') as string,
    });
    expect(await readdir(dataDir)).toEqual(['thesis.txt']);
  });

  it('says in one sentence that the folder cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    dataDir = join(folder, 'file', 'postgres');
    await expect(start()).rejects.toMatchObject({
      code: 'MR_EMBEDDED_DATA_DIR',
      message: expect.stringMatching(/^PostgreSQL's data folder .* cannot be used: [^\n]+$/) as string,
    });
  });

  it("passes on PostgreSQL's own reason for not starting", async () => {
    await expect(startEmbeddedServer({ dataDir, settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      code: 'MR_EMBEDDED_START',
      message: expect.stringContaining('invalid value for parameter "shared_buffers"') as string,
    });
  });
});

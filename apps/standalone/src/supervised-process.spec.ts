import { mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@millrace/testing';
import { ProcessLog } from './process-log.js';
import { SupervisedProcess } from './supervised-process.js';

describe('SupervisedProcess', () => {
  let folder: string;
  let shown: string[];
  let said: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-supervised-'));
    shown = [];
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const supervise = async (program: string) => {
    const path = join(folder, 'child.mjs');
    await writeFile(path, program);
    const log = await ProcessLog.open(folder, 'child', (line) => shown.push(line));
    return new SupervisedProcess({
      name: 'child',
      program: path,
      env: {},
      log,
      say: (line) => said.push(line),
      onSpawn: async () => undefined,
      onRestart: () => undefined,
    });
  };
  const serve = `process.send({ ready: true }); process.on('disconnect', () => process.exit());`;

  it('starts, and stops by SIGTERM', async () => {
    // Listens before it says that it is ready: a signal that comes earlier ends it without a word.
    const child = await supervise(`process.on('SIGTERM', () => { console.log('bye'); process.exit(); }); ${serve}`);
    await child.start();
    const { pid } = child;
    await child.stop(1_000);
    expect(pid).toBeGreaterThan(0);
    expect(child.pid).toBeUndefined();
    await waitFor(async () => (await readFile(join(folder, 'child.log'), 'utf8')) === 'bye\n');
    expect(said).toEqual([]);
  });

  it('gives the reason of a child that does not come up, in its own words', async () => {
    const child = await supervise(
      `console.log(JSON.stringify({ level: 30, msg: 'hello' }));
       console.log(JSON.stringify({ level: 60, msg: 'child did not start: no inbox' })); process.exitCode = 1;`,
    );
    await expect(child.start()).rejects.toMatchObject({
      code: 'MR_PROCESS_NOT_STARTED',
      message: 'child did not start: no inbox',
    });
    expect(shown).toEqual(['child did not start: no inbox']);
  });

  it('starts a child again that ends unasked', async () => {
    const child = await supervise(serve);
    await child.start();
    const { pid } = child;
    process.kill(pid as number, 'SIGKILL');
    await waitFor(() => said.includes('child runs again'));
    expect(child.pid).not.toBe(pid);
    expect(said[0]).toBe('child ended (SIGKILL); it is started again in 0.5 s');
    await child.stop(1_000);
  });

  it('does not start again what was stopped', async () => {
    const child = await supervise(serve);
    await child.start();
    await child.stop(1_000);
    await expect(child.start()).rejects.toMatchObject({ code: 'MR_PROCESS_NOT_STARTED' });
    expect(child.pid).toBeUndefined();
  });
});

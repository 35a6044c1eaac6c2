import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeLock } from './home-lock.js';
import { isAlive } from './process-table.js';

describe('HomeLock', () => {
  let home: string;
  let file: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'millrace-lock-'));
    file = join(home, 'millrace.lock');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const program = 'millrace-lock-spec.mjs';
  const launcher = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', program], { stdio: 'ignore' });
  const writeLock = (holder: object) => writeFile(file, JSON.stringify({ stopping: false, children: [], ...holder }));
  const kill = async (child: ReturnType<typeof launcher>) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  it('leaves nothing behind when it is released', async () => {
    const lock = await HomeLock.acquire(home);
    await lock.release();
    expect(await readdir(home)).toEqual([]);
  });

  it('refuses a home whose launcher runs, and names its process', async () => {
    const other = launcher();
    await writeLock({ pid: other.pid, program });
    await expect(HomeLock.acquire(home)).rejects.toMatchObject({
      code: 'MR_ALREADY_RUNNING',
      message: expect.stringContaining(`process ${other.pid}`) as string,
    });
    await kill(other);
  });

  it('waits for a launcher that has begun to stop', async () => {
    const other = launcher();
    await writeLock({ pid: other.pid, program, stopping: true });
    let mine = false;
    const acquired = HomeLock.acquire(home).then((lock) => ((mine = true), lock));
    // Longer than it takes to have a lock that nobody holds.
    const free = await mkdtemp(join(home, 'free-'));
    for (let times = 0; times < 20; times += 1) await (await HomeLock.acquire(free)).release();
    expect(mine).toBe(false);
    await kill(other);
    await (await acquired).release();
  });

  it('takes over from a launcher that was killed, and ends its children that do not end by themselves', async () => {
    const dead = launcher();
    await kill(dead);
    const orphan = launcher();
    await writeLock({ pid: dead.pid, program, children: [{ pid: orphan.pid, program }] });
    const gone = once(orphan, 'exit');
    await (await HomeLock.acquire(home)).release();
    await gone;
    expect(isAlive(orphan.pid as number)).toBe(false);
  }, 15_000);

  it('takes over when the process id belongs to another program now', async () => {
    const innocent = launcher();
    await writeLock({ pid: innocent.pid, program: 'start.mjs', children: [{ pid: innocent.pid, program: 'api.js' }] });
    await (await HomeLock.acquire(home)).release();
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
    await kill(innocent);
  });

  it('takes over a lock that is no JSON', async () => {
    await writeFile(file, '{"pid":1');
    await (await HomeLock.acquire(home)).release();
  });

  it('is a whole file after changes that were made at once', async () => {
    const lock = await HomeLock.acquire(home);
    const children = [1, 2, 3].map((pid) => ({ pid, program: 'p'.repeat(pid * 50) }));
    await Promise.all([...children.map((_, index) => lock.setChildren(children.slice(0, index))), lock.setStopping()]);
    await lock.setChildren(children.slice(0, 1));
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ stopping: true, children: children.slice(0, 1) });
    await lock.release();
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { OrphanGuard } from './orphan-guard.js';

describe('OrphanGuard', () => {
  const started: ChildProcess[] = [];
  const start = () => {
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    started.push(child);
    return { child, pid: child.pid as number, exited: once(child, 'exit') };
  };
  afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

  it('kills the groups that are under way when its stdin ends, as it does with the worker', async () => {
    const guard = new OrphanGuard();
    const [orphan, ended] = [start(), start()];
    guard.watch(ended.pid);
    guard.watch(orphan.pid);
    guard.unwatch(ended.pid);
    guard.close();
    expect(await orphan.exited).toEqual([null, 'SIGKILL']);
    expect(ended.child.signalCode).toBe(null);
  });

  it('starts again after it was closed', async () => {
    const guard = new OrphanGuard();
    guard.watch(start().pid);
    guard.close();
    const orphan = start();
    guard.watch(orphan.pid);
    guard.close();
    expect(await orphan.exited).toEqual([null, 'SIGKILL']);
  });
});

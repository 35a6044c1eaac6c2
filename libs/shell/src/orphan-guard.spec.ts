import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '@millrace/testing';
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

  it('is followed by another that knows as much, when it was killed itself', async () => {
    const guard = new OrphanGuard();
    const orphan = start();
    guard.watch(orphan.pid);
    const [shell] = await waitFor(() => childrenOfThisProcess('/bin/sh'));
    process.kill(shell as number, 'SIGKILL');
    await waitFor(() => childrenOfThisProcess('/bin/sh')?.some((pid) => pid !== shell));
    guard.close();
    expect(await orphan.exited).toEqual([null, 'SIGKILL']);
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

/** Ids of this process's children that run this program; undefined for none. */
function childrenOfThisProcess(program: string): number[] | undefined {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const found = pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${program}\0`);
    } catch {
      return false;
    }
  });
  return found.length === 0 ? undefined : found.map(Number);
}

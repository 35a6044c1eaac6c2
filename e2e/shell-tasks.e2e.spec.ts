import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningMillrace } from './running-millrace.js';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

interface Run {
  readonly state: string;
  readonly attempt: number;
  readonly result: unknown;
}

/** Tasks in a folder of their own: what they write to `pids` and `environment` stands beside them. */
const TASKS = `
import { shellTask } from '@millrace/sdk';
const cwd = import.meta.dirname;
const sleepAtFirst = (file: string) =>
  'echo $$ >> ' + file + '; [ "$(wc -l < ' + file + ')" -ge 2 ] || sleep 600; echo "$MILLRACE_ATTEMPT" > "$MILLRACE_RESULT"';
export const killed = shellTask({ id: 'killed', cwd, command: sleepAtFirst('killed') });
export const stopped = shellTask({ id: 'stopped', cwd, command: sleepAtFirst('stopped') });
export const nosy = shellTask({ id: 'nosy', cwd, command: 'env > environment' });
`;

describe('the command of a shell task', () => {
  let millrace: RunningMillrace;
  let tasks: string;
  beforeAll(async () => {
    millrace = await RunningMillrace.prepare({ SHUTDOWN_GRACE: '1' });
    tasks = join(millrace.folder, 'tasks');
    await mkdir(tasks);
    await symlink(join(CHECKOUT, 'node_modules'), join(millrace.folder, 'node_modules'));
    await writeFile(join(millrace.folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(tasks, 'sleepy.task.ts'), TASKS);
    await millrace.start({ TASKS: tasks });
  });
  afterAll(() => millrace.remove());

  const start = async (task: string) => {
    const accepted = await millrace.post('/runs', { task, input: {} });
    expect(accepted.status).toBe(202);
    return accepted.headers.get('location') ?? '';
  };
  const ended = (location: string) =>
    waitFor(
      async () => {
        const run = await millrace.json<Run>(location);
        return (run.state === 'succeeded' || run.state === 'failed') && run;
      },
      { deadline: 60_000, interval: 200 },
    );
  /** Ids of the processes that have begun this command, in order. */
  const pidsIn = async (file: string) =>
    (await readFile(join(tasks, file), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const firstPid = (file: string) => waitFor(async () => (await pidsIn(file))[0]);
  const isAlive = async (pid: string) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
    return status !== undefined && !/^State:\s+Z/m.test(status);
  };

  it('sees no secret of its worker', async () => {
    expect(await ended(await start('nosy'))).toMatchObject({ state: 'succeeded', result: null });
    const environment = await readFile(join(tasks, 'environment'), 'utf8');
    expect(environment).toContain('MILLRACE_RUN_ID=');
    expect(environment).not.toMatch(/DATABASE_URL|postgresql:|API_TOKENS/);
  });

  it('is killed with its worker, before its run goes on elsewhere', async () => {
    const location = await start('killed');
    const pid = await firstPid('killed');
    expect(await isAlive(pid)).toBe(true);
    for (const worker of await millrace.sql<{ pid: number }>('SELECT pid FROM millrace.workers')) {
      process.kill(worker.pid, 'SIGKILL');
    }
    await waitFor(async () => !(await isAlive(pid)));
    expect(await pidsIn('killed')).toHaveLength(1);
    expect(await ended(location)).toMatchObject({ state: 'succeeded', attempt: 2, result: 2 });
  });

  it('is ended when its worker stops, and runs again after the next start at no attempt’s cost', async () => {
    const location = await start('stopped');
    const pid = await firstPid('stopped');
    expect(await millrace.end('SIGTERM')).toBe(0);
    expect(await isAlive(pid)).toBe(false);
    await millrace.start({ TASKS: tasks });
    expect(await ended(location)).toMatchObject({ state: 'succeeded', attempt: 1, result: 1 });
  });
});

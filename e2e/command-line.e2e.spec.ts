import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { RunningMillrace } from './running-millrace.js';

const PROGRAM = fileURLToPath(new URL('../apps/cli/bin/millrace.mjs', import.meta.url));
const TASKS = `
import { FatalError, defineTask } from '@millrace/sdk';
import { z } from 'zod';
const none = { input: z.object({}), result: z.null() };
export const refuse = defineTask({ ...none, id: 'refuse', async run() { throw new FatalError('not today'); } });
export const holdOn = defineTask({
  ...none,
  id: 'hold-on',
  run: (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
});
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly note: string;
}

describe('the command line', () => {
  let millrace: RunningMillrace;
  beforeAll(async () => {
    millrace = await RunningMillrace.prepare();
    await millrace.start({ TASKS: await millrace.writeTasks(TASKS) });
  });
  afterAll(() => millrace.remove());

  const at = async (url: string, ...args: string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [PROGRAM, '--url', url, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, note] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (note += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, note };
  };
  const millraceCommand = (...args: string[]) => at(`http://127.0.0.1:${millrace.port}`, ...args);

  it('lists tasks, for people and for machines', async () => {
    expect((await millraceCommand('tasks')).out).toMatch(
      /^TASK +QUEUE +DESCRIPTION\n[^]*\nhello +default +Greets a name/,
    );
    const { out } = await millraceCommand('tasks', '--json');
    expect(JSON.parse(out)).toContainEqual(expect.objectContaining({ id: 'hello', queue: 'default' }));
  });

  it('finds a run by its tag and by its error', async () => {
    const { out: id } = await millraceCommand('run', 'refuse', '--tag', 'customer 17', '--tag', 'night');
    expect((await millraceCommand('show', id.trim())).out).toContain('customer 17, night');
    const listed = await waitFor(async () => {
      const { out } = await millraceCommand(
        'runs',
        '--tag',
        'night',
        '--error',
        'NOT TODAY',
        '--sort',
        'duration',
        '--json',
      );
      const runs = JSON.parse(out) as { id: string }[];
      return runs.length > 0 ? runs : undefined;
    });
    expect(listed).toMatchObject([{ id: id.trim(), tags: ['customer 17', 'night'] }]);
    expect(JSON.parse((await millraceCommand('runs', '--tag', 'customer', '--json')).out)).toEqual([]);
  });

  it('follows a run to its end, with the result alone on stdout', async () => {
    const { code, out, note } = await millraceCommand('run', 'hello', '--input', '{"name":"Ada"}', '--follow');
    expect({ code, result: JSON.parse(out) as unknown }).toEqual({ code: 0, result: { greeting: 'Hello, Ada!' } });
    expect(note).toContain('greeting {"name":"Ada"}');
  });

  it('ends as the run that it followed did', async () => {
    const failed = await millraceCommand('run', 'refuse', '-f');
    expect([failed.code, failed.out]).toEqual([1, '']);
    expect(failed.note).toContain('failed: MR_FATAL: not today');

    const held = (await millraceCommand('run', 'hold-on', '--key', 'once')).out.trim();
    const following = millraceCommand('run', 'hold-on', '--key', 'once', '--follow');
    expect((await millraceCommand('cancel', held)).code).toBe(0);
    expect((await following).code).toBe(3);
  });

  it('shows, logs and retries a run, and lists runs', async () => {
    const id = (await millraceCommand('run', 'refuse', '-f')).note.split('\n')[0] ?? '';
    expect((await millraceCommand('show', id)).out).toMatch(/^run +[\da-f-]+\ntask +refuse\nstate +failed\n/);
    expect((await millraceCommand('runs', '--task', 'refuse', '--state', 'failed')).out).toContain(id);
    expect((await millraceCommand('retry', id)).code).toBe(0);
    expect(await millraceCommand('logs', id, '--follow')).toEqual({ code: 0, out: '', note: '' });
    const { out } = await millraceCommand('show', id, '--json');
    expect(JSON.parse(out)).toMatchObject({ state: 'failed', attempt: 2 });
  });

  it('uploads a file, and tells what became of it', async () => {
    const path = join(millrace.folder, 'status.json');
    await writeFile(path, '{"vehicle_id":"a","report_time":"2024-01-01T00:00:00Z","status":"driving"}');
    const tried = await millraceCommand('load', path, '--name', 'vehicles_status_1.json', '--dry-run');
    expect([tried.code, JSON.parse(tried.out)]).toMatchObject([0, { outcome: 'loaded', counts: { loaded: 1 } }]);
    const named = await millraceCommand('load', path, '--name', 'vehicles_status_1.json', '--follow');
    expect([named.code, JSON.parse(named.out)]).toEqual([0, expect.objectContaining({ outcome: 'loaded', rows: 1 })]);
    expect((await millraceCommand('files')).out).toMatch(/vehicles_status_1\.json +loaded +1 /);
    const unknown = await millraceCommand('load', path);
    expect([unknown.code, unknown.note]).toEqual([1, expect.stringContaining('MR_FILE_NAME_UNKNOWN')]);
    expect((await millraceCommand('load', join(millrace.folder, 'nothing.json'))).code).toBe(2);
  });

  it('lists files', async () => {
    const { code, out } = await millraceCommand('files', '--state', 'quarantined');
    expect([code, out]).toEqual([0, 'FILE  NAME  STATE  ROWS  FOUND  REASON\n']);
  });

  it('says what is wrong and what to do', async () => {
    const unknown = await millraceCommand('run', 'helo');
    expect([unknown.code, unknown.note]).toEqual([
      1,
      expect.stringContaining('MR_TASK_UNKNOWN: There is no task "helo". Did you mean "hello"?'),
    ]);
    const invalid = await millraceCommand('run', 'hello', '-i', '{"name":7}');
    expect([invalid.code, invalid.note]).toEqual([1, expect.stringContaining('/input/name: ')]);
    const malformed = await millraceCommand('run', 'hello', '-i', 'Ada');
    expect([malformed.code, malformed.note]).toEqual([2, expect.stringContaining('Give JSON, @file, or - for stdin')]);
    const away = await at(`http://127.0.0.1:${await freePort()}`, 'tasks');
    expect([away.code, away.note]).toEqual([4, expect.stringMatching(/^MR_API_UNREACHABLE: .*npm start/)]);
  });
});

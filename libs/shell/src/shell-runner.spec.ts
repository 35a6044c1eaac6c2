import { mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShellCommand } from '@millrace/sdk';
import { waitFor } from '@millrace/testing';
import { ShellRunner } from './shell-runner.js';

/** A command's run as the engine would ask for it, and the lines it logged. */
function prepare(given: Partial<ShellCommand> & Pick<ShellCommand, 'command'>) {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const abort = new AbortController();
  const context = {
    ...{ runId: 'run-1', taskId: 'spec-task', attempt: 2, signal: abort.signal, flushLog: async () => undefined },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  };
  const command: ShellCommand = {
    ...{ cwd: undefined, env: {}, passEnv: [], fatalCodes: [], snoozeCodes: new Map<number, number>() },
    ...given,
  };
  return { command, context, lines, abort };
}

describe('ShellRunner', () => {
  let folder: string;
  let runner: ShellRunner;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-shell-spec-')));
    const environment = { PATH: process.env.PATH, TMPDIR: folder, REGION: 'north', DATABASE_URL: 'secret' };
    runner = new ShellRunner({ environment, scratch: folder, graceMs: 300 });
  });
  afterEach(async () => {
    await runner.stop();
    await rm(folder, { recursive: true });
  });

  const run = (given: Partial<ShellCommand> & Pick<ShellCommand, 'command'>, input: unknown = {}) => {
    const { command, context, lines } = prepare(given);
    return runner.run(command, input, context).then((result) => ({ result, lines }));
  };
  const failure = (given: Partial<ShellCommand> & Pick<ShellCommand, 'command'>) =>
    run(given).then(
      () => expect.fail('the command succeeded'),
      (error: unknown) => error,
    );
  /** Whether a process that wrote its id to this file still runs: one that has ended and nobody reaped does not. */
  const isAlive = async (file: string) => {
    const pid = (await readFile(file, 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
    return status !== undefined && !/^State:\s+Z/m.test(status);
  };
  const written = (file: string) => waitFor(async () => (await readFile(file, 'utf8').catch(() => '')).includes('\n'));

  it('gives the input on stdin and as a file, and takes the result from the file', async () => {
    const both = 'cmp - "$MILLRACE_INPUT" && cp "$MILLRACE_INPUT" "$MILLRACE_RESULT"';
    const input = { text: 'nul \u0000, half \ud800, "quotes" $(and) `more`', list: [1, null] };
    expect(await run({ command: both }, input)).toMatchObject({ result: input });
  });

  it('gives null when the command wrote no result', async () => {
    expect(await run({ command: ['true'] })).toEqual({ result: null, lines: [] });
  });

  it('takes an input that the command does not read', async () => {
    expect(await run({ command: 'exec <&-; exit 0' }, 'x'.repeat(5_000_000))).toMatchObject({ result: null });
  });

  it('passes arguments as they stand: no shell reads them', async () => {
    expect((await run({ command: ['printf', '%s\n', '$HOME; `id` "*"'] })).lines).toEqual(['info $HOME; `id` "*"']);
  });

  it('runs the command in its folder', async () => {
    expect((await run({ command: 'pwd', cwd: folder })).lines).toEqual([`info ${folder}`]);
  });

  it('shows the command what its task names, and no other variable of the worker', async () => {
    const { lines } = await run({ command: ['env'], env: { MODE: 'fast' }, passEnv: ['REGION', 'ABSENT'] });
    const names = lines.map((line) => line.slice('info '.length, line.indexOf('=')));
    const ours = ['MILLRACE_ATTEMPT', 'MILLRACE_INPUT', 'MILLRACE_RESULT', 'MILLRACE_RUN_ID', 'MILLRACE_TASK'];
    expect(names.sort()).toEqual([...ours, 'MODE', 'PATH', 'PYTHONUNBUFFERED', 'REGION', 'TMPDIR']);
    expect(lines).toEqual(expect.arrayContaining(['info MODE=fast', 'info REGION=north', 'info MILLRACE_ATTEMPT=2']));
  });

  it('logs lines while the command runs: stdout as info, stderr as warn', async () => {
    const gate = join(folder, 'gate');
    const { command, context, lines } = prepare({
      command: `echo out; echo err >&2; until [ -e ${gate} ]; do sleep 0.01; done; printf 'last'`,
    });
    const running = runner.run(command, {}, context);
    await waitFor(() => lines.length === 2);
    expect([...lines].sort()).toEqual(['info out', 'warn err']);
    await run({ command: ['touch', gate] });
    await running;
    expect(lines.at(-1)).toBe('info last');
  });

  it('lets a command that floods its pipe wait until its lines are stored', async () => {
    const { command, context, lines } = prepare({ command: 'yes flood | head -c 500000' });
    let store: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const running = runner.run(command, {}, { ...context, flushLog: () => stored });
    await waitFor(() => lines.length > 0);
    // One read of the pipe, and no second one: nothing else can come.
    const kept = lines.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.length).toBe(kept);
    expect(kept).toBeLessThan(65_536 / 2);
    store();
    await running;
    expect(lines.length).toBe(Math.ceil(500_000 / 6));
  });

  it('keeps 100,000 lines of a flood, and counts the rest', async () => {
    const { command, context, lines } = prepare({ command: 'yes | head -n 1500000; echo last >&2; exit 1' });
    const leftOut: unknown[] = [];
    const warn = (message: string, fields?: object) => void (fields === undefined || leftOut.push([message, fields]));
    const running = runner.run(command, {}, { ...context, log: { ...context.log, warn } });
    await expect(running).rejects.toThrow(/It wrote at last:\nlast$/);
    expect(lines).toHaveLength(100_000);
    const rest = { kept: 100_000, lines: 1_400_001, bytes: 2_800_005 };
    expect(leftOut).toEqual([['the rest of the output was left out', rest]]);
  });

  it('fails by the exit code, quoting what came last on stderr', async () => {
    expect(await failure({ command: 'echo no such vehicle >&2; exit 3' })).toMatchObject({
      ...{ code: 'MR_COMMAND_FAILED', exitCode: 3, fatal: false },
      message: expect.stringMatching(/ended with exit code 3\. It wrote at last:\nno such vehicle$/) as string,
    });
    expect(await failure({ command: 'exit 4', fatalCodes: [4] })).toMatchObject({ exitCode: 4, fatal: true });
    const snoozeCodes = new Map([[75, 60_000]]);
    expect(await failure({ command: 'exit 75', snoozeCodes })).toMatchObject({ code: 'MR_SNOOZE', afterMs: 60_000 });
  });

  it('fails when the command was ended by a signal', async () => {
    expect(await failure({ command: 'kill -KILL $$' })).toMatchObject({
      ...{ code: 'MR_COMMAND_FAILED', signal: 'SIGKILL', fatal: false },
      message: expect.stringContaining('was ended by SIGKILL') as string,
    });
  });

  it.each([
    ['a program that is not there', { command: ['no-such-program-anywhere'] as const }],
    ['a folder that is not there', { command: 'true', cwd: '/no/such/folder' }],
    ['arguments that are too long', { command: ['true', 'x'.repeat(3_000_000)] as const }],
  ])('fails for good on %s', async (_, given) => {
    expect(await failure(given)).toMatchObject({ code: 'MR_COMMAND_NOT_STARTED', fatal: true });
  });

  it.each([
    ['no JSON', 'echo "{" > "$MILLRACE_RESULT"', 'MR_COMMAND_RESULT', /is no JSON: /],
    ['empty', ': > "$MILLRACE_RESULT"', 'MR_COMMAND_RESULT', /it is empty/],
    ['no UTF-8', String.raw`printf '"\377"' > "$MILLRACE_RESULT"`, 'MR_COMMAND_RESULT', /is no JSON/],
    ['no file', 'mkfifo "$MILLRACE_RESULT"', 'MR_COMMAND_RESULT', /no regular file/],
    ['too large', 'head -c 1048577 /dev/zero > "$MILLRACE_RESULT"', 'MR_RESULT_TOO_LARGE', /1048577 bytes/],
  ])('fails for good when the result is %s', async (_, command, code, message) => {
    const error = await failure({ command });
    expect(error).toMatchObject({ code, fatal: true, message: expect.stringMatching(message) as string });
  });

  it('leaves no file behind, however the command ended', async () => {
    await run({ command: 'mkdir -p "$(dirname "$MILLRACE_RESULT")/more/of/it"' });
    await failure({ command: 'exit 1' });
    await failure({ command: ['no-such-program-anywhere'] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends the whole process group when its signal is aborted, with the reason of the abort', async () => {
    const pids = join(folder, 'pids');
    const { command, context, abort } = prepare({ command: `sh -c 'echo $$ > ${pids}; exec sleep 600' & wait` });
    const running = runner.run(command, {}, context);
    running.catch(() => undefined);
    await written(pids);
    abort.abort(new Error('cancelled by a person'));
    await expect(running).rejects.toThrow('cancelled by a person');
    expect(await isAlive(pids)).toBe(false);
  });

  it('kills what ignores SIGTERM', async () => {
    const pids = join(folder, 'pids');
    const stubborn = `trap '' TERM; echo $$ > ${pids}; while :; do sleep 600; done`;
    const { command, context, abort } = prepare({ command: stubborn });
    const running = runner.run(command, {}, context);
    running.catch(() => undefined);
    await written(pids);
    abort.abort(new Error('timed out'));
    await expect(running).rejects.toThrow('timed out');
    expect(await isAlive(pids)).toBe(false);
  });

  it('fails as aborted although the command made a success of SIGTERM', async () => {
    const pids = join(folder, 'pids');
    const polite = `trap 'exit 0' TERM; echo $$ > ${pids}; while :; do sleep 0.01; done`;
    const { command, context, abort } = prepare({ command: polite });
    const running = runner.run(command, {}, context);
    running.catch(() => undefined);
    await written(pids);
    abort.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  it('starts nothing once its signal is aborted', async () => {
    const { command, context, abort } = prepare({ command: `touch ${join(folder, 'started')}` });
    abort.abort(new Error('cancelled'));
    await expect(runner.run(command, {}, context)).rejects.toThrow('cancelled');
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not wait for what a command left in the background, and ends it', async () => {
    const pids = join(folder, 'pids');
    const { lines } = await run({ command: `sh -c 'echo $$ > ${pids}; exec sleep 600' & echo done` });
    expect(lines).toEqual(['info done']);
    await written(pids);
    expect(await isAlive(pids)).toBe(false);
  });

  it('lets go of pipes that are held by a process outside the group', async () => {
    const pids = join(folder, 'pids');
    await run({ command: `setsid sh -c 'echo $$ > ${pids}; exec sleep 600' & echo done` });
    await written(pids);
    expect(await isAlive(pids)).toBe(true);
    process.kill(Number(await readFile(pids, 'utf8')), 'SIGKILL');
  });

  it('ends every command when the worker stops', async () => {
    const pids = join(folder, 'pids');
    const { command, context } = prepare({ command: `echo $$ > ${pids}; sleep 600` });
    const running = runner.run(command, {}, context);
    const ended = expect(running).rejects.toMatchObject({ code: 'MR_COMMAND_FAILED', signal: 'SIGTERM' });
    await written(pids);
    await runner.stop();
    await ended;
    expect(await isAlive(pids)).toBe(false);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBindings } from '@millrace/engine';
import { startEngine } from '@millrace/engine/engine-on-memory.contract';
import { Shell, shellTask } from '@millrace/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ShellRunner } from './shell-runner.js';

describe('a shell task, run by the engine', () => {
  let folder: string;
  let runner: ShellRunner;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-shell-task-'));
    runner = new ShellRunner({ environment: { PATH: process.env.PATH, HOME: process.env.HOME } });
  });
  afterEach(async () => {
    await runner.stop();
    await rm(folder, { recursive: true });
  });
  const engineWith = (task: unknown) => startEngine([task], { services: new ServiceBindings().bind(Shell, runner) });

  it('fails with the pointer of the value that its schema refuses in the result file', async () => {
    const task = shellTask({
      id: 'wrong',
      result: z.object({ words: z.int() }),
      command: `echo '{"words": "many"}' > "$MILLRACE_RESULT"`,
    });
    expect(await engineWith(task).run(task, {})).toMatchObject({
      ...{ state: 'failed', attempt: 1 },
      error: { code: 'MR_RESULT_INVALID', pointer: '/words' },
    });
  });

  it('is tried again by its retry policy after a failure, and not after a fatal exit code', async () => {
    const third = shellTask({
      id: 'third-time',
      command: `test "$MILLRACE_ATTEMPT" = 3 || exit 1; echo "$MILLRACE_ATTEMPT" > "$MILLRACE_RESULT"`,
      retry: { maxAttempts: 3, initialDelay: 1 },
    });
    expect(await engineWith(third).run(third, {})).toMatchObject({ state: 'succeeded', result: 3, attempt: 3 });
    const fatal = shellTask({ id: 'fatal', command: 'exit 2', exitCodes: { fatal: [2] } });
    expect(await engineWith(fatal).run(fatal, {})).toMatchObject({
      ...{ state: 'failed', attempt: 1 },
      error: { code: 'MR_COMMAND_FAILED' },
    });
  });

  it('comes again within the same attempt after an exit code that snoozes', async () => {
    const mark = join(folder, 'mark');
    const patient = shellTask({
      id: 'patient',
      command: `[ -e ${mark} ] || { touch ${mark}; exit 75; }`,
      exitCodes: { snooze: { 75: 1 } },
    });
    expect(await engineWith(patient).run(patient, {})).toMatchObject({ state: 'succeeded', attempt: 1, epoch: 2 });
  });

  it('keeps in its log what a command wrote, NUL and bytes that are no text made visible', async () => {
    const odd = shellTask({ id: 'odd', command: String.raw`printf 'a\0b\n\377\n'` });
    const { logs } = await engineWith(odd).run(odd, {});
    expect(logs.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'a\\u0000b'],
      ['info', '\ufffd'],
    ]);
  });
});

import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { Shell, shellTask, type ShellCommand, type ShellTaskDefinition } from './shell-task.js';
import type { Task } from './task.js';

const define = (given: Partial<ShellTaskDefinition<'count', z.ZodUnknown, z.ZodUnknown>>) =>
  shellTask({ id: 'count', command: ['wc', '-w'], ...given });

describe('shellTask', () => {
  it('is a task that takes and gives any JSON, unless it has schemas', () => {
    expectTypeOf(shellTask({ id: 'count', command: 'wc -w' })).toEqualTypeOf<Task<unknown, unknown, 'count'>>();
    const typed = shellTask({
      id: 'count',
      input: z.object({ text: z.string(), top: z.int().default(3) }),
      result: z.object({ words: z.int() }),
      command: ['wc', '-w'],
    });
    expectTypeOf(typed).toEqualTypeOf<Task<{ text: string; top?: number | undefined }, { words: number }, 'count'>>();
    // @ts-expect-error a Date comes back as text
    shellTask({ id: 'dated', input: z.object({ at: z.date() }), command: 'true' });
    // @ts-expect-error a program is missing
    expect(() => shellTask({ id: 'nothing', command: [] })).toThrow(TypeError);
    expect(typed.definition.uses).toEqual({ shell: Shell });
  });

  it('hands its service the command, with a snooze of a minute for EX_TEMPFAIL', async () => {
    const task = define({ passEnv: ['AWS_REGION'], env: { MODE: 'fast' }, exitCodes: { fatal: [2] } });
    const seen: ShellCommand[] = [];
    const shell = { run: async (command: ShellCommand) => void seen.push(command) };
    await task.definition.run({}, { services: { shell } } as never);
    expect(seen).toEqual([
      {
        ...{ command: ['wc', '-w'], cwd: undefined, env: { MODE: 'fast' }, passEnv: ['AWS_REGION'], fatalCodes: [2] },
        snoozeCodes: new Map([[75, 60_000]]),
      },
    ]);
  });

  it.each([
    ['an empty command', { command: ' ' }],
    ['a NUL in an argument', { command: ['echo', 'a\0b'] as const }],
    ['a variable that is no name', { env: { 'A-B': '1' } }],
    ['a variable of Millrace', { passEnv: ['MILLRACE_RESULT'] }],
    ['a NUL in a variable', { env: { A: '\0' } }],
  ])('refuses %s', (_, given) => {
    expect(() => define(given)).toThrow(TypeError);
  });

  it.each([
    ['zero, which is success', { fatal: [0] }],
    ['a code beyond a byte', { snooze: { 256: '1s' } }],
    ['a code with two meanings', { fatal: [75], snooze: { 75: '1s' } }],
    ['a wait that is none', { snooze: { 75: 'soon' as never } }],
  ] as const)('refuses to map %s', (_, exitCodes) => {
    expect(() => define({ exitCodes })).toThrow(RangeError);
  });
});

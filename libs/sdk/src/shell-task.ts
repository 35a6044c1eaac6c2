import { z } from 'zod';
import { type Duration, toMilliseconds } from './duration.js';
import type { JsonDocument } from './json.js';
import type { ConcurrencyLimit } from './limits.js';
import { defineService } from './service.js';
import { checkShellCommand } from './shell-command-check.js';
import type { TaskContext } from './task-context.js';
import { defineTask, type Task, type TaskDefinition } from './task.js';

/** What an exit code means for the attempt. 0 is success; a code that stands nowhere fails it, by the retry policy. */
export interface ExitCodes {
  /** Codes that no further attempt can mend. @default [] */
  readonly fatal?: readonly number[];
  /** Codes that ask to be run again after this long, at no attempt's cost. @default { 75: '1m' }, EX_TEMPFAIL of sysexits.h */
  readonly snooze?: Readonly<Record<number, Duration>>;
}

/** A command and what it may see, as its worker runs it. */
export interface ShellCommand {
  /** A program with its arguments, run as it stands; or one text for `/bin/sh -c`. */
  readonly command: readonly [string, ...string[]] | string;
  /** Undefined: the worker's working directory. */
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly passEnv: readonly string[];
  readonly fatalCodes: readonly number[];
  /** Exit code -> milliseconds. */
  readonly snoozeCodes: ReadonlyMap<number, number>;
}

/** Runs commands for tasks; the worker binds it. */
export const Shell = defineService<{
  /** Gives what the command wrote to its result file, null when it wrote none. */
  run(
    command: ShellCommand,
    input: unknown,
    context: Pick<TaskContext, 'runId' | 'taskId' | 'attempt' | 'signal' | 'log' | 'flushLog'>,
  ): Promise<unknown>;
}>('shell');

/** What `shellTask` takes: a task's definition with a command in the place of a function. */
export interface ShellTaskDefinition<Id extends string, In extends z.ZodType, Out extends z.ZodType> extends Omit<
  TaskDefinition<Id, In, Out, Record<never, never>>,
  'uses' | 'run' | 'batch' | 'input' | 'result'
> {
  /** Checks an input. @default any JSON value */
  input?: In & JsonDocument<z.input<In>, 'input'>;
  /** Checks what the command wrote to the file `$MILLRACE_RESULT`: JSON, at most 1 MiB; null without one. @default any JSON value */
  result?: Out & JsonDocument<z.output<Out>, 'result'>;
  /**
   * A program with its arguments, `['python3', 'report.py']`: no shell reads it. One text is run by `/bin/sh -c`. Neither
   * ever holds the input, which comes on stdin and as the file `$MILLRACE_INPUT`.
   */
  command: readonly [string, ...string[]] | string;
  /** Folder in which the command runs, and at which its relative paths start; `import.meta.dirname` is that of the task's file. @default the worker's working directory */
  cwd?: string;
  /** Variables that the command sees, beside PATH, HOME, LANG, TZ, TMPDIR and those of Millrace. @default {} */
  env?: Readonly<Record<string, string>>;
  /** Names of variables that the command inherits from its worker; no other variable of the worker reaches it. @default [] */
  passEnv?: readonly string[];
  exitCodes?: ExitCodes;
}

const DEFAULT_SNOOZE = { 75: '1m' } as const;

/**
 * Defines a task that is a command: a Python program, a shell script. Its lines on stdout and stderr become the run's
 * log while it runs; its whole process group is ended when the run is cancelled or times out.
 * @throws TypeError or RangeError when the command, an exit code or a variable's name is malformed
 */
export function shellTask<Id extends string, In extends z.ZodType = z.ZodUnknown, Out extends z.ZodType = z.ZodUnknown>(
  definition: ShellTaskDefinition<Id, In, Out>,
): Task<z.input<In>, z.output<Out>, Id> {
  const { command, cwd, env = {}, passEnv = [], exitCodes = {}, concurrency, ...others } = definition;
  const { fatal = [], snooze = DEFAULT_SNOOZE } = exitCodes;
  const codes = [...fatal, ...Object.keys(snooze).map(Number)];
  checkShellCommand({ id: definition.id, command, env, passEnv, codes });
  const shellCommand: ShellCommand = {
    ...{ command, cwd, env: { ...env }, passEnv: [...passEnv], fatalCodes: [...fatal] },
    snoozeCodes: new Map(Object.entries(snooze).map(([code, after]) => [Number(code), toMilliseconds(after)])),
  };
  const task = defineTask({
    ...others,
    // The input is erased here as the schemas are.
    ...(concurrency === undefined ? {} : { concurrency: concurrency as ConcurrencyLimit<unknown> }),
    input: (definition.input as z.ZodUnknown | undefined) ?? z.unknown(),
    result: (definition.result as z.ZodUnknown | undefined) ?? z.unknown(),
    uses: { shell: Shell },
    run: (input, ctx) => ctx.services.shell.run(shellCommand, input, ctx),
  });
  return task as unknown as Task<z.input<In>, z.output<Out>, Id>;
}

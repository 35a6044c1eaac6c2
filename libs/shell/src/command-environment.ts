import type { ShellCommand, TaskContext } from '@millrace/sdk';
import type { CommandFiles } from './command-files.js';

/** What every command inherits: where programs, home and scratch are, and how text and time are written. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'] as const;

/** The variables of one command, and no other: what the worker knows, such as DATABASE_URL, stays with it. */
export function commandEnvironment(
  { env, passEnv }: ShellCommand,
  worker: Readonly<Record<string, string | undefined>>,
  { runId, taskId, attempt }: Pick<TaskContext, 'runId' | 'taskId' | 'attempt'>,
  files: Pick<CommandFiles, 'input' | 'result'>,
): Record<string, string> {
  const inherited = [...INHERITED, ...passEnv].flatMap((name) => {
    const value = worker[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    // Python holds back what it writes to a pipe until its buffer is full: the log would not be live.
    PYTHONUNBUFFERED: '1',
    ...env,
    MILLRACE_RUN_ID: runId,
    MILLRACE_TASK: taskId,
    MILLRACE_ATTEMPT: String(attempt),
    MILLRACE_INPUT: files.input,
    MILLRACE_RESULT: files.result,
  };
}

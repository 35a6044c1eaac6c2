import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type ServiceToken, type Shell, type ShellCommand, SnoozeError } from '@millrace/sdk';
import { commandEnvironment } from './command-environment.js';
import { CommandFiles } from './command-files.js';
import { OrphanGuard } from './orphan-guard.js';
import { OutputLog } from './output-log.js';
import { RunningCommand } from './running-command.js';
import { type CommandEnd, CommandFailedError, CommandNotStartedError } from './shell.errors.js';

/** Milliseconds between SIGTERM and SIGKILL: less than the engine leaves an aborted task. */
const GRACE_MS = 3_000;

export interface ShellRunnerOptions {
  /** The worker's variables; a command gets those it names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder for the files of each command while it runs. @default the system's folder for temporary files */
  readonly scratch?: string;
  /** Milliseconds between SIGTERM and SIGKILL. @default 3000 */
  readonly graceMs?: number;
}

type ShellService = typeof Shell extends ServiceToken<infer Service> ? Service : never;
type Context = Parameters<ShellService['run']>[2];

/**
 * Runs the commands of shell tasks.
 *
 * A command gets its input, JSON, on stdin and as a file, and an environment that holds what its task names and nothing
 * else. Its lines become log lines as they come. It ends with its whole process group: when it exits, when the run's signal
 * is aborted (cancel, timeout, shutdown), when the worker stops, and when the worker is killed.
 */
export class ShellRunner implements ShellService {
  readonly #running = new Set<RunningCommand>();
  readonly #guard = new OrphanGuard();

  constructor(private readonly options: ShellRunnerOptions) {}

  async run(command: ShellCommand, input: unknown, context: Context): Promise<unknown> {
    const json = JSON.stringify(input) ?? 'null';
    context.signal.throwIfAborted();
    const files = await CommandFiles.create(json, this.options.scratch ?? tmpdir());
    try {
      const output = new OutputLog(context);
      const end = await this.#execute(command, json, files, output, context);
      output.close();
      // Whatever it exited with: it was told to stop.
      context.signal.throwIfAborted();
      if (end.exitCode !== 0) throw failureOf(command, end, output.lastWords);
      return await files.readResult();
    } finally {
      await files
        .remove()
        .catch((error: unknown) => context.log.warn('scratch files stay behind', { error: String(error) }));
    }
  }

  /** Ends every command; resolves when all have gone. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.end()));
    this.#guard.close();
  }

  async #execute(
    command: ShellCommand,
    input: string,
    files: CommandFiles,
    output: OutputLog,
    context: Context,
  ): Promise<CommandEnd> {
    const cwd = resolve(command.cwd ?? '.');
    const env = commandEnvironment(command, this.options.environment, context, files);
    context.signal.throwIfAborted();
    const running = start(command, cwd, { env, graceMs: this.options.graceMs ?? GRACE_MS });
    this.#running.add(running);
    if (running.pid !== undefined) this.#guard.watch(running.pid);
    const abort = () => void running.end();
    context.signal.addEventListener('abort', abort);
    try {
      return await running.finish(input, output);
    } catch (cause) {
      throw new CommandNotStartedError(nameOf(command), cwd, cause);
    } finally {
      context.signal.removeEventListener('abort', abort);
      if (running.pid !== undefined) this.#guard.unwatch(running.pid);
      this.#running.delete(running);
    }
  }
}

function start(command: ShellCommand, cwd: string, options: { env: Record<string, string>; graceMs: number }) {
  const { command: given } = command;
  try {
    return new RunningCommand(typeof given === 'string' ? ['/bin/sh', '-c', given] : given, { cwd, ...options });
  } catch (cause) {
    throw new CommandNotStartedError(nameOf(command), cwd, cause);
  }
}

/** What a message calls it: its first words, never all of a long script. */
function nameOf({ command }: ShellCommand): string {
  const text = typeof command === 'string' ? command : command.join(' ');
  return `"${text.length > 100 ? `${text.slice(0, 100)} ...` : text}"`;
}

function failureOf(command: ShellCommand, end: CommandEnd, lastWords: string): Error {
  const afterMs = command.snoozeCodes.get(end.exitCode ?? 0);
  if (afterMs !== undefined) return new SnoozeError(afterMs);
  const isFatal = end.exitCode !== null && command.fatalCodes.includes(end.exitCode);
  return new CommandFailedError(nameOf(command), end, isFatal, lastWords);
}

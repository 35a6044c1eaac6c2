import { FatalError } from '@millrace/sdk';

/** How a command ended that did not succeed. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A command ended with an exit code that is no success, or by a signal. */
export class CommandFailedError extends Error {
  readonly code = 'MR_COMMAND_FAILED';
  override readonly name = 'CommandFailedError';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  constructor(
    command: string,
    { exitCode, signal }: CommandEnd,
    /** The task declares that no further attempt can mend this exit code. */
    readonly fatal: boolean,
    /** The end of what the command wrote on stderr. */
    lastWords: string,
  ) {
    const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
    super(`${command} ${how}.${lastWords === '' ? '' : ` It wrote at last:\n${lastWords}`}`);
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** What passes by itself: the machine has too much to do at the moment. */
const PASSING = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** A command could not be started at all. */
export class CommandNotStartedError extends Error {
  readonly code = 'MR_COMMAND_NOT_STARTED';
  override readonly name = 'CommandNotStartedError';
  /** No further attempt can mend a program that is not there. */
  readonly fatal: boolean;
  constructor(command: string, cwd: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `${command} cannot be started in ${cwd}: ${message}. Install the program on every worker of the queue, or mend command and cwd of the task.`,
      { cause },
    );
    this.fatal = !PASSING.has(code ?? '');
  }
}

/** A command left a result that is none. */
export class CommandResultError extends FatalError {
  override readonly name = 'CommandResultError';
  constructor(
    override readonly code: 'MR_COMMAND_RESULT' | 'MR_RESULT_TOO_LARGE',
    message: string,
  ) {
    super(message);
  }
}

import { MillraceProblem, UnreachableError } from '@millrace/client';
import { CommanderError } from 'commander';
import { ExitCode } from './exit-code.js';
import { millraceProgram } from './program.js';
import { processTerminal } from './terminal.js';

const terminal = processTerminal();
try {
  await millraceProgram(terminal).parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** Says what went wrong in a sentence, and gives how the process ends. */
function tell(error: unknown): ExitCode {
  // Commander has said it already, and help is none.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UnreachableError) {
    terminal.note(
      `${error.code}: ${error.message} Start it with "npm start", or name its address with --url or MILLRACE_URL.\n`,
    );
    return ExitCode.unreachable;
  }
  if (error instanceof MillraceProblem) {
    terminal.note(`${toText(error)}\n`);
    return ExitCode.failed;
  }
  terminal.note(`${error instanceof Error ? error.message : String(error)}\n`);
  return ExitCode.failed;
}

function toText({ code, problem: { detail, errors = [] } }: MillraceProblem): string {
  const places = errors.map(({ pointer, message }) => `\n  ${pointer === '' ? '/' : pointer}: ${message}`);
  return `${code}: ${detail}${places.join('')}`;
}

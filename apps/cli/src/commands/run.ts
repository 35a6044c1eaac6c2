import { answerOf } from '@millrace/client';
import { Command, InvalidArgumentError } from 'commander';
import { connectionOf } from '../connection.js';
import { exitCodeOf, followRun } from '../follow-run.js';
import { parseInput } from '../parse-input.js';
import { printOutcome } from '../print-run.js';
import { tagOption } from '../tag-option.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

interface RunOptions {
  readonly input: unknown;
  readonly key?: string;
  readonly priority?: number;
  readonly notBefore?: string;
  readonly tag?: string[];
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** `millrace run TASK` */
export function runCommand(terminal: Terminal): Command {
  return new Command('run')
    .description('start a run of a task; with --follow, exit 0 when it succeeded, 1 failed, 3 cancelled')
    .argument('<task>', 'id of a task; "millrace tasks" lists them')
    .option('-i, --input <json>', 'its input: JSON, @file, or - for stdin', parseInput, {})
    .option('-k, --key <key>', 'idempotency key: the same key and input give the same run')
    .option('-p, --priority <number>', 'higher runs first, -1000 to 1000', parseNumber)
    .option('--not-before <time>', 'not before this time, as 2026-01-31T08:00:00Z')
    .addOption(tagOption('what it can be found by; may be repeated'))
    .option('-f, --follow', 'show its log and progress until it has ended')
    .option('--json', 'for machines')
    .action(async (task: string, options: RunOptions, command: Command) => {
      const connection = connectionOf(command);
      const { input, key, priority, notBefore, tag } = options;
      const accepted = await answerOf(
        connection.api.POST('/runs', {
          params: { header: key === undefined ? {} : { 'Idempotency-Key': key } },
          body: {
            task,
            input,
            ...(priority === undefined ? {} : { priority }),
            ...(notBefore === undefined ? {} : { notBefore }),
            ...(tag === undefined ? {} : { tags: tag }),
          },
        }),
      );
      if (!options.follow) return terminal.out(options.json ? json(accepted) : accepted.id);
      terminal.note(`${accepted.id}\n`);
      const run = await followRun(connection, accepted.id, terminal);
      printOutcome(run, terminal, options.json === true);
      process.exitCode = exitCodeOf(run);
    });
}

function parseNumber(text: string): number {
  if (/^-?\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from -1000 to 1000.');
}

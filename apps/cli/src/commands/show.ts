import { answerOf } from '@millrace/client';
import { Command } from 'commander';
import { connectionOf } from '../connection.js';
import { toRunText } from '../print-run.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

/** `millrace show RUN` */
export function showCommand({ out }: Terminal): Command {
  return new Command('show')
    .description('show one run: state, attempts, children, input, result, error')
    .argument('<run>', 'id of a run')
    .option('--json', 'for machines')
    .action(async (id: string, { json: asJson }: { json?: boolean }, command: Command) => {
      const run = await answerOf(connectionOf(command).api.GET('/runs/{id}', { params: { path: { id } } }));
      out(asJson ? json(run) : toRunText(run));
    });
}

import { answerOf } from '@millrace/client';
import { Command } from 'commander';
import { type Connection, connectionOf } from '../connection.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

/** `millrace cancel RUN` */
export function cancelCommand(terminal: Terminal): Command {
  return steerCommand('cancel', 'cancel a run with all that it awaits, on every worker', terminal, ({ api }, id) =>
    answerOf(api.POST('/runs/{id}/cancel', { params: { path: { id } } })),
  );
}

/** `millrace retry RUN` */
export function retryCommand(terminal: Terminal): Command {
  return steerCommand('retry', 'run again what failed or was cancelled, and only that', terminal, ({ api }, id) =>
    answerOf(api.POST('/runs/{id}/retry', { params: { path: { id } } })),
  );
}

function steerCommand(
  name: string,
  description: string,
  { out }: Terminal,
  steer: (connection: Connection, id: string) => Promise<{ readonly state: string }>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<run>', 'id of a run')
    .option('--json', 'for machines')
    .action(async (id: string, { json: asJson }: { json?: boolean }, command: Command) => {
      const answer = await steer(connectionOf(command), id);
      out(asJson ? json(answer) : answer.state);
    });
}

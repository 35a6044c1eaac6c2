import { answerOf } from '@millrace/client';
import { Command } from 'commander';
import { connectionOf } from '../connection.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

/** `millrace tasks` */
export function tasksCommand({ out }: Terminal): Command {
  return new Command('tasks')
    .description('list the tasks that can be run')
    .option('--json', 'for machines')
    .action(async ({ json: asJson }: { json?: boolean }, command: Command) => {
      const { tasks } = await answerOf(connectionOf(command).api.GET('/tasks'));
      if (asJson) return out(json(tasks));
      out(
        table(
          ['TASK', 'QUEUE', 'DESCRIPTION'],
          tasks.map(({ id, queue, description }) => [id, queue, description ?? '']),
        ),
      );
    });
}

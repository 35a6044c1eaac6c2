import { answerOf } from '@millrace/client';
import { Command, Option } from 'commander';
import { connectionOf } from '../connection.js';
import { limitOption } from '../limit-option.js';
import type { RunState } from '../shapes.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { json, time, timeTaken } from '../words.js';

interface RunsOptions {
  readonly task?: string;
  readonly state?: RunState;
  readonly parent?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const STATES: readonly RunState[] = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'];

/** `millrace runs` */
export function runsCommand({ out }: Terminal): Command {
  return new Command('runs')
    .description('list runs, newest first')
    .option('-t, --task <task>', 'of this task')
    .addOption(new Option('-s, --state <state>', 'in this state').choices(STATES))
    .option('--parent <run>', 'children of this run')
    .addOption(limitOption())
    .option('--json', 'for machines')
    .action(async ({ task, state, parent, limit, json: asJson }: RunsOptions, command: Command) => {
      const query = {
        limit,
        ...(task === undefined ? {} : { task }),
        ...(state === undefined ? {} : { state: [state] }),
        ...(parent === undefined ? {} : { parent }),
      };
      const { runs } = await answerOf(connectionOf(command).api.GET('/runs', { params: { query } }));
      if (asJson) return out(json(runs));
      const rows = runs.map((run) => [
        run.id,
        run.task,
        run.state,
        String(run.attempt),
        time(run.createdAt),
        timeTaken(run),
      ]);
      out(table(['RUN', 'TASK', 'STATE', 'ATTEMPT', 'CREATED', 'TOOK'], rows));
    });
}

import { answerOf, RUN_STATES, type RunState } from '@millrace/client';
import { Command, Option } from 'commander';
import { connectionOf } from '../connection.js';
import { limitOption } from '../limit-option.js';
import { table } from '../table.js';
import { tagOption } from '../tag-option.js';
import type { Terminal } from '../terminal.js';
import { json, time, timeTaken } from '../words.js';

interface RunsOptions {
  readonly task?: string;
  readonly state?: RunState;
  readonly tag?: string[];
  readonly error?: string;
  readonly sort: Sort;
  readonly parent?: string;
  readonly limit: number;
  readonly json?: boolean;
}

type Sort = (typeof SORTS)[number];

const SORTS = ['newest', 'oldest', 'duration', 'queueTime'] as const;

/** `millrace runs` */
export function runsCommand({ out, note }: Terminal): Command {
  return new Command('runs')
    .description('list runs')
    .option('-t, --task <task>', 'of this task')
    .addOption(new Option('-s, --state <state>', 'in this state').choices(RUN_STATES))
    .addOption(tagOption('with this tag; repeated: with all of them'))
    .option('-e, --error <text>', 'whose error contains this')
    .addOption(new Option('--sort <order>', 'by creation, or the longest first').choices(SORTS).default('newest'))
    .option('--parent <run>', 'children of this run')
    .addOption(limitOption())
    .option('--json', 'for machines')
    .action(async ({ task, state, tag, error, sort, parent, limit, json: asJson }: RunsOptions, command: Command) => {
      const query = {
        limit,
        sort,
        ...(task === undefined ? {} : { task }),
        ...(state === undefined ? {} : { state: [state] }),
        ...(tag === undefined ? {} : { tag }),
        ...(error === undefined ? {} : { error }),
        ...(parent === undefined ? {} : { parent }),
      };
      const { runs, window } = await answerOf(connectionOf(command).api.GET('/runs', { params: { query } }));
      if (window !== null) note(`Among ${window.runs} runs, created since ${time(window.since)}.\n`);
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

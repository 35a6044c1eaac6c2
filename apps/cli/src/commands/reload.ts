import { randomUUID } from 'node:crypto';
import { answerOf, RELOADABLE_STATES, type ReloadableState } from '@millrace/client';
import { Command, Option } from 'commander';
import { connectionOf } from '../connection.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

interface ReloadOptions {
  readonly state?: ReloadableState;
  readonly feed?: string;
  readonly since?: string;
  readonly json?: boolean;
}

/** Files of one request. */
const PAGE = 1_000;

/** `millrace files reload` */
export function reloadCommand({ out, note }: Terminal): Command {
  return new Command('reload')
    .description('load all files of a state again, from where they lie')
    .addOption(new Option('-s, --state <state>', 'those in this state, which must be given').choices(RELOADABLE_STATES))
    .option('--feed <feed>', 'of this feed')
    .option('--since <time>', 'that came into this state at or after this time: 2026-11-28T09:00:00Z')
    .option('--json', 'for machines')
    .action(async (_own: unknown, command: Command) => {
      // Those that `millrace files` has too are taken for its own.
      const { json: asJson, state, feed, since } = command.optsWithGlobals<ReloadOptions>();
      if (state === undefined || !RELOADABLE_STATES.includes(state)) {
        command.error(`error: --state is one of ${RELOADABLE_STATES.join(', ')}`);
      }
      const filter = { state, ...(feed === undefined ? {} : { feed }), ...(since === undefined ? {} : { since }) };
      const { api } = connectionOf(command);
      const runs: { fileId: string; runId: string }[] = [];
      // One that fails again at once fits again: no more files are asked for than there were at the beginning.
      for (let left = PAGE; left > 0;) {
        const body = { ...filter, limit: Math.min(PAGE, left) };
        const headers = { 'Idempotency-Key': randomUUID() };
        const page = await answerOf(api.POST('/files/reload', { body, params: { header: headers } }));
        left = runs.length === 0 ? page.left : left - page.reloading;
        runs.push(...page.runs);
        if (page.reloading === 0) break;
        if (left > 0) note(`${runs.length} files have a run that loads them again, ${left} to come\n`);
      }
      out(
        asJson
          ? json(runs)
          : `${runs.length} files have a run that loads them again: "millrace files" says how it ends`,
      );
    });
}

import { answerOf, FILE_STATES, type FileState } from '@millrace/client';
import { Command, Option } from 'commander';
import { connectionOf } from '../connection.js';
import { limitOption } from '../limit-option.js';
import type { FileView } from '../shapes.js';
import { reloadCommand } from './reload.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { json, time } from '../words.js';

interface FilesOptions {
  readonly feed?: string;
  readonly state?: FileState;
  readonly limit: number;
  readonly json?: boolean;
}

/** `millrace files` */
export function filesCommand(terminal: Terminal): Command {
  const { out } = terminal;
  const files = new Command('files')
    .description('list arrived files, newest first')
    .option('--feed <feed>', 'of this feed')
    .addOption(new Option('-s, --state <state>', 'in this state').choices(FILE_STATES))
    .addOption(limitOption())
    .option('--json', 'for machines')
    .action(async ({ feed, state, limit, json: asJson }: FilesOptions, command: Command) => {
      const query = {
        limit,
        ...(feed === undefined ? {} : { feed }),
        ...(state === undefined ? {} : { state: [state] }),
      };
      const { files } = await answerOf(connectionOf(command).api.GET('/files', { params: { query } }));
      if (asJson) return out(json(files));
      const rows = files.map((file) => [
        file.id,
        file.name,
        file.state,
        rowsOf(file),
        time(file.foundAt),
        reasonOf(file),
      ]);
      out(table(['FILE', 'NAME', 'STATE', 'ROWS', 'FOUND', 'REASON'], rows));
    });
  return files.addCommand(reloadCommand(terminal));
}

function rowsOf({ counts }: FileView): string {
  return counts === null ? '-' : String(counts.rows);
}

function reasonOf({ reason, counts }: FileView): string {
  if (reason !== null) return reason.code;
  return counts !== null && counts.rejected > 0
    ? `${counts.rejected} ${counts.rejected === 1 ? 'reject' : 'rejects'}`
    : '';
}

import { createReadStream, type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { answerOf } from '@millrace/client';
import { Command } from 'commander';
import { connectionOf } from '../connection.js';
import { exitCodeOf, followRun } from '../follow-run.js';
import { printOutcome } from '../print-run.js';
import type { Terminal } from '../terminal.js';
import { json } from '../words.js';

interface LoadOptions {
  readonly name?: string;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `millrace load FILE` */
export function loadCommand(terminal: Terminal): Command {
  return new Command('load')
    .description('upload a file and load it, as if it had been dropped into the inbox')
    .argument('<file>', 'path of the file')
    .option('--name <name>', 'name that says which feed takes it (default: its own)')
    .option('-f, --follow', 'wait until it is loaded; exit 0 when it is, 1 when it was refused')
    .option('--dry-run', 'say what a load would do, and do nothing; exit 1 when the file would be refused')
    .option('--json', 'for machines')
    .action(async (path: string, options: LoadOptions, command: Command) => {
      const connection = connectionOf(command);
      if (!statOf(path)?.isFile()) command.error(`error: ${path} is no file that can be read`);
      const name = options.name ?? basename(path);
      if (options.dryRun) {
        const tried = await answerOf(connection.api.POST('/files/dry-run', uploadOf(path, name)));
        if (tried.outcome === 'quarantined') process.exitCode = 1;
        return terminal.out(json(tried));
      }
      const accepted = await answerOf(connection.api.POST('/files', uploadOf(path, name)));
      if (!options.follow) return terminal.out(options.json ? json(accepted) : accepted.id);
      terminal.note(`${accepted.id}\n`);
      const run = await followRun(connection, accepted.runId, terminal);
      printOutcome(run, terminal, options.json === true);
      process.exitCode = exitCodeOf(run);
    });
}

/** The file as a body: sent as it is read, however large it is. */
function uploadOf(path: string, name: string) {
  return {
    params: { query: { name } },
    headers: { 'content-type': 'application/octet-stream' },
    // What the document calls a text of bytes may be streamed.
    body: Readable.toWeb(createReadStream(path)) as unknown as string,
    bodySerializer: (body: unknown) => body as ReadableStream,
    duplex: 'half',
  } as const;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

import { answerOf, followEvents } from '@millrace/client';
import { Command, Option } from 'commander';
import { type Connection, connectionOf } from '../connection.js';
import { toLogText } from '../follow-run.js';
import type { RunLogLine } from '../shapes.js';
import type { Terminal } from '../terminal.js';

interface LogsOptions {
  readonly follow?: boolean;
  readonly level?: RunLogLine['level'];
  readonly json?: boolean;
}

const LEVELS: readonly RunLogLine['level'][] = ['debug', 'info', 'warn', 'error'];
const PAGE = 1_000;

/** `millrace logs RUN` */
export function logsCommand({ out, signal }: Terminal): Command {
  return new Command('logs')
    .description('show what a run has logged')
    .argument('<run>', 'id of a run')
    .option('-f, --follow', 'go on until the run has ended')
    .addOption(new Option('-l, --level <level>', 'lines of this severity or a higher one').choices(LEVELS))
    .option('--json', 'a line of JSON each, for machines')
    .action(async (id: string, options: LogsOptions, command: Command) => {
      const connection = connectionOf(command);
      const lines = options.follow ? followed(connection, id, options, signal) : stored(connection, id, options);
      for await (const line of lines) out(options.json ? JSON.stringify(line) : toLogText(line));
    });
}

async function* stored({ api }: Connection, id: string, { level }: LogsOptions): AsyncGenerator<RunLogLine> {
  for (let after: number | null = 0; after !== null;) {
    const query = { after, limit: PAGE, ...(level === undefined ? {} : { level }) };
    const page: { lines: RunLogLine[]; next: number | null } = await answerOf(
      api.GET('/runs/{id}/logs', { params: { path: { id }, query } }),
    );
    yield* page.lines;
    after = page.next;
  }
}

async function* followed(
  connection: Connection,
  id: string,
  { level }: LogsOptions,
  stopped: AbortSignal,
): AsyncGenerator<RunLogLine> {
  const ended = new AbortController();
  const path = `/runs/${id}/logs?follow=true${level === undefined ? '' : `&level=${level}`}`;
  const signal = AbortSignal.any([stopped, ended.signal]);
  for await (const { event, data } of followEvents({ ...connection, path, signal })) {
    if (event === 'line') yield data as RunLogLine;
    if (event === 'end') return ended.abort();
  }
}

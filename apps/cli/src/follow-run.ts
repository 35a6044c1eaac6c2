import { answerOf, followEvents, type ServerEvent } from '@millrace/client';
import type { Connection } from './connection.js';
import { ExitCode } from './exit-code.js';
import { ProgressLine } from './progress-line.js';
import type { RunDetail, RunLogLine } from './shapes.js';
import type { Terminal } from './terminal.js';
import { time } from './words.js';

/** Shows a run's log and how far it is until it has ended, or the caller stops; gives the run as it is then. */
export async function followRun(connection: Connection, id: string, terminal: Terminal): Promise<RunDetail> {
  const line = new ProgressLine(terminal);
  const ended = new AbortController();
  const signal = AbortSignal.any([terminal.signal, ended.signal]);
  const watching = watch(connection, `/runs/${id}/events`, signal, (event) => line.hear(event));
  await watch(connection, `/runs/${id}/logs?follow=true`, signal, ({ event, data }) => {
    if (event === 'line') line.above(toLogText(data as RunLogLine));
    if (event === 'end') ended.abort();
  });
  await watching;
  line.clear();
  return answerOf(connection.api.GET('/runs/{id}', { params: { path: { id } } }));
}

/** What the state of a followed run means for the process that followed it. */
export function exitCodeOf({ state }: Pick<RunDetail, 'state'>): ExitCode {
  switch (state) {
    case 'succeeded':
      return ExitCode.ok;
    case 'failed':
      return ExitCode.failed;
    case 'cancelled':
      return ExitCode.cancelled;
    case 'queued':
    case 'running':
    case 'waiting':
      return ExitCode.interrupted;
  }
}

/** A line of a run's log for people. */
export function toLogText({ at, level, message, fields }: RunLogLine): string {
  const more = fields === null || fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
  return `${time(at)} ${level.padEnd(5)} ${message}${more}`;
}

async function watch(
  connection: Connection,
  path: string,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  try {
    for await (const event of followEvents({ ...connection, path, signal })) onEvent(event);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

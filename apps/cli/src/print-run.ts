import type { RunDetail } from './shapes.js';
import { facts, table } from './table.js';
import type { Terminal } from './terminal.js';
import { json, time, timeTaken } from './words.js';

/** The end of a run that was followed: its result alone on stdout, so that it can be piped; why it failed on stderr. */
export function printOutcome(run: RunDetail, { out, note }: Terminal, asJson: boolean): void {
  if (asJson) return out(json(run));
  if (run.state === 'succeeded') return out(json(run.result));
  if (run.error) return note(`${run.state}: ${run.error.code}: ${run.error.message}\n`);
  note(`The run is ${run.state} and goes on; "millrace show ${run.id}" tells more.\n`);
}

/** Everything about a run for people. */
export function toRunText(run: RunDetail): string {
  const { total, unfinished, succeeded, unsuccessful } = run.children;
  const parts = [
    facts([
      ['run', run.id],
      ['task', run.task],
      [
        'state',
        run.state + (run.progress ? ` (${Math.round(run.progress.fraction * 100)} % ${run.progress.note ?? ''})` : ''),
      ],
      ['attempt', `${run.attempt} of ${run.maxAttempts}`],
      ...(run.tags.length === 0 ? [] : ([['tags', run.tags.join(', ')]] as const)),
      ['created', time(run.createdAt)],
      ['taken', timeTaken(run)],
      ...(total === 0
        ? []
        : ([['children', `${total}: ${succeeded} succeeded, ${unsuccessful} not, ${unfinished} unfinished`]] as const)),
    ]),
  ];
  if (run.attempts.length > 1) {
    const rows = run.attempts.map((one) => [
      String(one.attempt),
      one.state,
      time(one.startedAt),
      one.error?.code ?? '',
    ]);
    parts.push(table(['ATTEMPT', 'STATE', 'STARTED', 'ERROR'], rows));
  }
  parts.push(`input\n${json(run.input)}`);
  if (run.result !== null) parts.push(`result\n${json(run.result)}`);
  if (run.error) parts.push(`error\n${run.error.code}: ${run.error.message}`);
  return parts.join('\n\n');
}

import type { RunSummary } from './shapes.js';

const MINUTE_MS = 60_000;

/** `12 ms`, `3.4 s`, `2 min 5 s`. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / 1_000)} s`;
}

/** How long a run has been executed, or is; `-` before. */
export function timeTaken({ startedAt, finishedAt }: Pick<RunSummary, 'startedAt' | 'finishedAt'>): string {
  if (startedAt === null) return '-';
  const end = finishedAt === null ? Date.now() : Date.parse(finishedAt);
  return duration(Math.max(0, end - Date.parse(startedAt)));
}

/** To the second, in UTC as the API gives it. */
export function time(iso: string | null): string {
  return iso === null ? '-' : iso.replace(/\.\d+/, '');
}

/** JSON for people. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

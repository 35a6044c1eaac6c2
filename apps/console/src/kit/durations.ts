/** A length of time for people, two units at most: `0.4 s`, `1 m 05 s`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const two = (number: number) => String(number).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A length of time that somebody set, without the digits that say nothing: `1 s`, `1.5 s`, `5 m`. */
export function formatSpan(milliseconds: number): string {
  return formatDuration(milliseconds)
    .replace(/(\.\d*?)0+ s$/, '$1 s')
    .replace('. s', ' s')
    .replace(/(?<=\D) 00? [smh]$/, '');
}

/** How long ago, in one unit: `now`, `12 s ago`, `3 h ago`. A clock that runs behind the server's gives `now`. */
export function formatAgo(milliseconds: number): string {
  if (milliseconds < 1_500) return 'now';
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Milliseconds from one time of the API to another. */
export function between(from: string, to: string | number): number {
  return (typeof to === 'number' ? to : Date.parse(to)) - Date.parse(from);
}

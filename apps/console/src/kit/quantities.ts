const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** A count to the last one: `12,345`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** A count in little room: `12.3K`. */
export function formatShort(count: number): string {
  return short.format(count);
}

/** The smallest part that is told by its number. */
const LEAST_SHARE = 0.001;

/** A part of a whole: `2.7%`; of what is there never `0%`, and of what is not all never `100%`. */
export function formatShare(fraction: number): string {
  if (fraction > 0 && fraction < LEAST_SHARE) return `<${share.format(LEAST_SHARE)}`;
  if (fraction < 1 && fraction > 1 - LEAST_SHARE) return `>${share.format(1 - LEAST_SHARE)}`;
  return share.format(fraction);
}

/** Bytes in the unit that fits: `512 B`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let rest = bytes;
  let unit = 0;
  while (rest >= 1_000 && unit < units.length - 1) {
    rest /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** `1 run`, `2 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

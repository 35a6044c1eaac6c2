/** A length of time: a number of milliseconds, or digits with a unit: `'500ms'`, `'2s'`, `'10m'`, `'1h'`, `'7d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Ten years. */
const LONGEST_MS = 3_650 * UNIT_MS.d;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * A duration in milliseconds.
 * @throws RangeError when it is negative, longer than ten years, or not of the form `Duration`
 */
export function toMilliseconds(duration: Duration): number {
  if (typeof duration === 'number') {
    if (duration >= 0 && duration <= LONGEST_MS) return duration;
  } else {
    const [, amount, unit] = PATTERN.exec(duration) ?? [];
    const ms = Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
    if (ms <= LONGEST_MS) return ms;
  }
  throw new RangeError(
    `"${String(duration)}" is no duration. Give milliseconds (1500) or digits with ms, s, m, h or d ("2s", "10m"), ten years at most.`,
  );
}

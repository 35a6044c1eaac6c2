/** From the first to the last moment of a run, as percent of the width that shows it. */
export interface TimeScale {
  readonly from: number;
  readonly length: number;
}

export function timeScale(from: number, to: number): TimeScale {
  return { from, length: Math.max(1, to - from) };
}

/** Where a moment stands, within 0 and 100: the clocks of two machines may differ by more than a run takes. */
export function percentAt({ from, length }: TimeScale, moment: number): number {
  return Math.min(100, Math.max(0, ((moment - from) / length) * 100));
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000];
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1_440, 2_880, 7_200, 14_400].map(
  (minutes) => minutes * 60_000,
);

/** Offsets to draw a line at: about `count` of them, at lengths that people count in. */
export function ticks({ length }: TimeScale, count: number): number[] {
  const step = [...STEPS, ...LONG_STEPS].find((candidate) => length / candidate <= count) ?? length;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, tick) => tick * step);
}

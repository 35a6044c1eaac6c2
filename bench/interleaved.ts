export interface Sides<T> {
  readonly baseline: readonly T[];
  readonly millrace: readonly T[];
}

/** Measures both sides in turn, so that what else the machine does meets both. */
export async function interleaved<T>(
  runs: number,
  baseline: () => Promise<T>,
  millrace: () => Promise<T>,
): Promise<Sides<T>> {
  const sides: { baseline: T[]; millrace: T[] } = { baseline: [], millrace: [] };
  for (let run = 0; run < runs; run += 1) {
    sides.baseline.push(await baseline());
    sides.millrace.push(await millrace());
  }
  return sides;
}

import type { Measured, Target } from './figure.js';
import { median } from './statistics.js';

/** One result as the results file has it: medians, and each run. */
export interface Result {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly baseline: number | null;
  readonly millrace: number;
  readonly ratio: number | null;
  readonly target: string;
  readonly met: boolean;
  readonly runs: { readonly baseline: readonly number[]; readonly millrace: readonly number[] };
  readonly settings: Readonly<Record<string, string | number>>;
}

export function toResult({ id, what, unit, target, settings, ...sides }: Measured): Result {
  const millrace = median(sides.millrace);
  const baseline = sides.baseline.length === 0 ? null : median(sides.baseline);
  const ratio = baseline === null ? null : millrace / baseline;
  const judged = target.of === 'ratio' ? ratio : millrace;
  return {
    ...{ id, what, unit, settings, target: describe(target, unit) },
    ...{ baseline: rounded(baseline), millrace: rounded(millrace), ratio: rounded(ratio) },
    met: judged !== null && isMet(target, judged),
    runs: { baseline: sides.baseline.map(rounded), millrace: sides.millrace.map(rounded) },
  };
}

const SIGNS = { 'at-least': '>=', 'at-most': '<=', below: '<' } as const;

function describe({ of, bound, limit }: Target, unit: string): string {
  return `${SIGNS[bound]} ${limit} ${of === 'ratio' ? 'x' : unit}`;
}

function isMet({ bound, limit }: Target, value: number): boolean {
  switch (bound) {
    case 'at-least':
      return value >= limit;
    case 'at-most':
      return value <= limit;
    case 'below':
      return value < limit;
  }
}

/** Four digits that count. */
function rounded<T extends number | null>(value: T): T {
  return (value === null ? null : Number(value.toPrecision(4))) as T;
}

import type { Result } from './result.js';

const COLUMNS = ['id', 'unit', 'baseline', 'millrace', 'ratio', 'target', 'met'] as const;

/** The results as a table for people, with the lowest and highest run of each side. */
export function toTable(results: readonly Result[]): string {
  const rows = [[...COLUMNS], ...results.map(toCells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toCells({ id, unit, baseline, millrace, ratio, target, met, runs }: Result): string[] {
  return [
    ...[id, unit, baseline === null ? '-' : withSpread(baseline, runs.baseline), withSpread(millrace, runs.millrace)],
    ...[ratio === null ? '-' : ratio.toFixed(2), target, met ? 'yes' : 'NO'],
  ];
}

function withSpread(value: number, runs: readonly number[]): string {
  return `${value} (${Math.min(...runs)}-${Math.max(...runs)})`;
}

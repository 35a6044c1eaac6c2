import type { Gate } from '@millrace/runs';

/**
 * A run's gates as the text of a PostgreSQL array, for a statement that takes an array of such arrays: those cannot be of
 * different lengths.
 */
export function gatesLiteral(gates: readonly Gate[] | undefined): string | null {
  if (gates === undefined) return null;
  return `{${gates.map((gate) => `"${gate.replace(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}

import { assertKnownOptions } from './known-options.js';

/** What one record may take. Beyond `bytes` its file is refused; beyond the others it is rejected and the rest loads. */
export interface RecordBudgets {
  /** Bytes in the file: a record must be held whole. @default 16 MiB */
  bytes?: number;
  /** Brackets open at its deepest place. @default 64 */
  depth?: number;
  /** UTF-16 units of one text, as it is written. @default 1 Mi */
  textLength?: number;
  /** Keys, with those of the objects in it. @default 10000 */
  keys?: number;
}

const MIB = 1024 * 1024;
const DEFAULT_BUDGETS: Required<RecordBudgets> = { bytes: 16 * MIB, depth: 64, textLength: MIB, keys: 10_000 };

/**
 * Budgets with their defaults filled in.
 * @throws TypeError, RangeError naming the field at fault
 */
export function completeBudgets(budgets: RecordBudgets = {}): Required<RecordBudgets> {
  assertKnownOptions('"budgets"', budgets, DEFAULT_BUDGETS);
  const complete = { ...DEFAULT_BUDGETS, ...budgets };
  for (const [name, value] of Object.entries(complete)) {
    const most = name === 'bytes' ? 256 * MIB : Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new RangeError(
        `budgets.${name} is ${JSON.stringify(value)}; give a whole number from 1 to ${String(most)}.`,
      );
    }
  }
  return complete;
}

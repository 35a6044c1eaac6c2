import type { RecordBudgets } from '../feeds/record-budgets.js';
import { FileRefusedError, type Place } from './document.errors.js';
import type { CsvFields } from './csv-fields.js';

/** The names of the columns, as the first record of a CSV document gives them. */
export type CsvHeader = readonly string[];

/** Names told of at most. */
const MOST_TOLD = 20;

/**
 * The header that the first record is.
 * @param required columns without which no record can be checked
 * @throws FileRefusedError when it is none, has a column twice, too many, or not those that are required
 */
export function readHeader(
  fields: CsvFields,
  required: readonly string[],
  budgets: Required<RecordBudgets>,
  place: Place,
): CsvHeader {
  if (fields === undefined)
    throw new FileRefusedError(
      'MR_QUOTE_MISPLACED',
      'A quote stands in the middle of a field of the header. Put quotes around the whole field, and write two for one.',
      place,
    );
  if (fields.length > budgets.keys) {
    throw new FileRefusedError(
      'MR_TOO_MANY_KEYS',
      `The header names more than ${String(budgets.keys)} columns.`,
      place,
    );
  }
  const twice = fields.find((name, index) => fields.indexOf(name) < index);
  if (twice !== undefined) {
    const message = `The header names the column ${JSON.stringify(twice)} twice. Name each once.`;
    throw new FileRefusedError('MR_COLUMN_TWICE', message, place);
  }
  if (fields.includes('__proto__')) {
    const message = 'The header names a column "__proto__", which no record may have. Rename it.';
    throw new FileRefusedError('MR_KEY_RESERVED', message, place);
  }
  const missing = required.filter((name) => !fields.includes(name));
  if (missing.length > 0) {
    const message = `The first line must name the columns, and lacks ${told(missing)}; it has ${told(fields)}. Write it as the feed declares, with its delimiter between.`;
    throw new FileRefusedError('MR_COLUMN_MISSING', message, place);
  }
  return fields;
}

function told(names: readonly string[]): string {
  const first = names.slice(0, MOST_TOLD).map((name) => JSON.stringify(name.slice(0, 64)));
  return names.length > MOST_TOLD ? `${first.join(', ')}, ...` : first.join(', ');
}

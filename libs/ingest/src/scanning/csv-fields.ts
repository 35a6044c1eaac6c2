import { parse } from 'csv-parse/sync';
import { QUOTE } from './json-bytes.js';

/** The fields of a record; undefined when its quotes stand where none can. */
export type CsvFields = readonly string[] | undefined;

const LINE_END = Buffer.from('\n');

/**
 * The fields of each record, in their order. Where no quote is, a delimiter is one; the others are for the parser, all of
 * them at once, since it takes longer to begin than to parse some dozens.
 * @param records without their line ends, none of them empty
 */
export function csvFields(records: readonly Buffer[], delimiter: string): CsvFields[] {
  const quoted = records.filter((bytes) => bytes.includes(QUOTE));
  const parsed = quoted.length === 0 ? [] : parseAll(quoted, delimiter);
  return records.map((bytes) => (bytes.includes(QUOTE) ? parsed.shift() : bytes.toString().split(delimiter)));
}

function parseAll(records: readonly Buffer[], delimiter: string): CsvFields[] {
  const together = tryParse(Buffer.concat(records.flatMap((bytes) => [bytes, LINE_END])), delimiter);
  if (together?.length === records.length) return together;
  return records.map((bytes) => {
    const [fields, ...others] = tryParse(bytes, delimiter) ?? [];
    return others.length === 0 ? fields : undefined;
  });
}

function tryParse(bytes: Buffer, delimiter: string): string[][] | undefined {
  try {
    return parse(bytes, { delimiter, record_delimiter: ['\n'], relax_column_count: true });
  } catch {
    return undefined;
  }
}

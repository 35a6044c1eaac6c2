import { z } from 'zod';
import { onceFor } from './once-for.js';

/** The columns that a CSV feed's schema names. */
export interface CsvColumns {
  readonly known: readonly string[];
  /** Those without which no record can be as declared. */
  readonly required: readonly string[];
}

type Definition = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly in?: z.core.$ZodType;
};

/** @throws TypeError when the schema is no object of named fields */
export const csvColumns = onceFor(columnsOf);

function columnsOf(schema: z.core.$ZodType): CsvColumns {
  const { shape, in: source }: Definition = schema._zod.def;
  if (source) return columnsOf(source);
  if (!shape) throw new TypeError('The record of a CSV feed is a z.object that names its columns.');
  const columns = Object.entries(shape);
  return {
    known: columns.map(([name]) => name),
    required: columns.filter(([, field]) => !z.safeParse(field, undefined).success).map(([name]) => name),
  };
}

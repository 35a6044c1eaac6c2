import { z } from 'zod';

/** A query parameter that may be repeated, hold several values separated by commas, or both. */
export function oneOrMore<Value extends z.ZodType>(value: Value) {
  return z.preprocess(splitAtCommas, z.array(value).min(1).optional()).optional();
}

/** What every paged listing takes. */
export const PAGING = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries a page.'),
  cursor: z.string().optional().describe('`next` of the page before.'),
};

function splitAtCommas(value: unknown): unknown {
  if (value === undefined) return undefined;
  return [value].flat().flatMap((part) => (typeof part === 'string' ? part.split(',') : part));
}

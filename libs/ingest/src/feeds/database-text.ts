import { z } from 'zod';
import { declareReadable } from './readable-shape.js';

/** A record's field of 1 to `max` characters that PostgreSQL can keep: no U+0000, no half of a surrogate pair. */
export function databaseText(max: number) {
  const schema = z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\u0000\p{Surrogate}]/u.test(text), 'holds U+0000 or half of a surrogate pair');
  return declareReadable(schema, { kind: 'text', maxLength: max });
}

import { z } from 'zod';

/** A record's field of 1 to `max` characters that PostgreSQL can keep: no U+0000, no half of a surrogate pair. */
export function databaseText(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\u0000\p{Surrogate}]/u.test(text), 'holds U+0000 or half of a surrogate pair');
}

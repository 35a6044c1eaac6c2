import { z } from 'zod';

/** A field's text that is an integer of 32 bits. */
export const integerField = z
  .string()
  .regex(/^[+-]?\d+$/, 'is no integer')
  .transform(Number)
  .pipe(z.int32());

/** A field's text that is a number, as JSON writes it. */
export const numberField = z
  .string()
  .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'is no number')
  .transform(Number)
  .pipe(z.number());

/** A field that may be empty, which gives null. */
export function optionalField<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((text) => (text === '' ? null : text), schema.nullable());
}

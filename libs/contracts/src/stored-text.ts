import { z } from 'zod';

/** Text that is looked for in PostgreSQL, which has no NUL in its texts and would change a lone surrogate. */
export const StoredText = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed() && !text.includes('\u0000'), 'a NUL or a lone surrogate is no text');

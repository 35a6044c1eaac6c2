import { z } from 'zod';

/** A span of time, `to` excluded; both ends with a zone: `2022-06-05T00:00:00Z`. */
export const Period = z
  .strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be after "from"' });
export type Period = z.infer<typeof Period>;

import { z } from 'zod';
import { PAGING } from './listing.js';

/** Query of `GET /files/:id/rejects`. */
export const RejectListQuery = z.strictObject({
  limit: PAGING.limit,
  after: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Rejects after the record with this index: `next` of the page before.'),
});
export type RejectListQuery = z.infer<typeof RejectListQuery>;

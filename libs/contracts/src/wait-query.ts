import { z } from 'zod';

/** Query of a request that may wait for a run. */
export const WaitQuery = z.strictObject({
  wait: z
    .string()
    .regex(/^((\d{1,4}|[1-5]\d{4}|60000)ms|([0-5]?\d|60)s|1m)$/, { error: 'Give 60 seconds or less: "500ms", "30s"' })
    .optional()
    .describe('Answer once the run has ended, or after this time, 60s at most: 200 when it has ended, else 202.'),
});
export type WaitQuery = z.infer<typeof WaitQuery>;

import { z } from 'zod';

/** One value at fault. */
export const ProblemIssue = z.object({
  pointer: z
    .string()
    .describe(
      'JSON pointer (RFC 6901) into the body; for a query, "/" and the parameter\'s name; of MR_RECORD_REFUSED, into the record.',
    ),
  message: z.string(),
});
export type ProblemIssue = z.infer<typeof ProblemIssue>;

/** Every error of the API: `application/problem+json`, RFC 9457. */
export const Problem = z.object({
  type: z.string().describe('Path of a page about this code: /docs/errors/MR_...'),
  title: z.string().describe('The same for every problem of this code.'),
  status: z.int(),
  code: z.string().describe('Stable; match on this, never on the text.'),
  detail: z.string().describe('What happened this time, and what to do.'),
  instance: z.string().describe('Id of the request, as in the logs and in x-request-id.'),
  errors: z.array(ProblemIssue).optional(),
  nearest: z.string().optional().describe('The known name that comes nearest to the unknown one.'),
  runId: z.uuid().optional().describe('The run in whose way the request came.'),
  checks: z
    .record(z.string(), z.string())
    .optional()
    .describe('For MR_NOT_READY: each check, and whether it is up, degraded or down.'),
});
export type Problem = z.infer<typeof Problem>;

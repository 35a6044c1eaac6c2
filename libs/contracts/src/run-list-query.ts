import { z } from 'zod';
import { oneOrMore, PAGING } from './listing.js';
import { RunStateName } from './run.js';

/** Query of `GET /runs`. All filters given must hold. */
export const RunListQuery = z
  .strictObject({
    task: z.string().min(1).optional().describe('Runs of this task.'),
    state: oneOrMore(RunStateName).describe('Runs in one of these states: repeat it, or separate them by commas.'),
    createdAfter: z.iso.datetime({ offset: true }).optional().describe('Created at or after this time.'),
    createdBefore: z.iso.datetime({ offset: true }).optional().describe('Created before this time.'),
    parent: z.uuid().optional().describe('Children of this run.'),
    rootOnly: z.stringbool().optional().describe('true: no child runs.'),
    ...PAGING,
  })
  .refine(({ parent, rootOnly }) => parent === undefined || rootOnly !== true, {
    path: ['rootOnly'],
    message: 'Give parent or rootOnly, not both: a child is never a root run.',
  });
export type RunListQuery = z.infer<typeof RunListQuery>;

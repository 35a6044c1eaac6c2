import { z } from 'zod';
import { oneOrMore, PAGING } from './listing.js';
import { RunTag } from './run-tag.js';
import { RunStateName } from './run.js';
import { StoredText } from './stored-text.js';

/** Query of `GET /runs`. All filters given must hold. */
export const RunListQuery = z
  .strictObject({
    task: StoredText.optional().describe('Runs of this task.'),
    state: oneOrMore(RunStateName).describe('Runs in one of these states: repeat it, or separate them by commas.'),
    tag: oneOrMore(RunTag).describe('Runs that have all of these tags: repeat it, or separate them by commas.'),
    error: StoredText.max(200)
      .optional()
      .describe('Runs whose error has this in its code or message, in capitals or not.'),
    createdAfter: z.iso.datetime({ offset: true }).optional().describe('Created at or after this time.'),
    createdBefore: z.iso.datetime({ offset: true }).optional().describe('Created before this time.'),
    parent: z.uuid().optional().describe('Children of this run.'),
    rootOnly: z.stringbool().optional().describe('true: no child runs.'),
    sort: z
      .enum(['newest', 'oldest', 'duration', 'queueTime'])
      .default('newest')
      .describe(
        'newest, oldest: by creation. duration, queueTime: the longest first, of those that have started or of all, among the ' +
          'newest 10,000 runs that the filters take.',
      ),
    ...PAGING,
  })
  .refine(({ parent, rootOnly }) => parent === undefined || rootOnly !== true, {
    path: ['rootOnly'],
    message: 'Give parent or rootOnly, not both: a child is never a root run.',
  });
export type RunListQuery = z.infer<typeof RunListQuery>;

import { z } from 'zod';
import { DurationText } from './duration-text.js';
import { RunTags } from './run-tag.js';
import { StoredText } from './stored-text.js';

/** Where a run stands; `docs/run-states.md` draws the moves between them. */
export const RunStateName = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']);
export type RunStateName = z.infer<typeof RunStateName>;

const Time = z.iso.datetime().describe('Time in UTC, RFC 3339.');

/** Lets at most one run of a task be unfinished under a key. */
const Deduplication = z.strictObject({
  key: StoredText.max(255).describe('Of this task: another task may have the same key.'),
  ttl: DurationText.optional().describe(
    'The run holds the key at least so long after its creation, ended or not. Without it: until it has ended.',
  ),
});

/** Body of `POST /runs`. */
export const CreateRun = z.strictObject({
  task: z.string().min(1).describe('Id of a task; GET /tasks lists them.'),
  input: z.unknown().default({}).describe('What the task is given; GET /tasks/{id} has its schema.'),
  priority: z.int().min(-1000).max(1000).default(0).describe('Higher runs first within a queue.'),
  notBefore: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When the run is due, as far as the clocks of the machines agree.'),
  // No default: an idempotency key binds the body as it was sent, and older requests name no tags.
  tags: RunTags.optional(),
  deduplication: Deduplication.optional().describe('While a run has the key, a further start answers that run.'),
});
export type CreateRun = z.infer<typeof CreateRun>;

/** Why a run or an attempt failed. */
export const RunFailure = z.object({
  code: z.string().describe('Stable: MR_... for those of Millrace, the code or name of the error otherwise.'),
  message: z.string(),
  stack: z.string().optional(),
  pointer: z.string().optional().describe('JSON pointer of the value at fault.'),
});
export type RunFailure = z.infer<typeof RunFailure>;

/** Characters of an error's message that lists show. */
export const LISTED_MESSAGE = 300;

/** A run as lists show it. */
export const RunSummary = z.object({
  id: z.uuid(),
  task: z.string(),
  state: RunStateName,
  queue: z.string(),
  trigger: z.string().describe('What started it: api, file, schedule or call.'),
  priority: z.int(),
  attempt: z.int().describe('The latest attempt, 1 for the first.'),
  maxAttempts: z.int(),
  parentId: z.uuid().nullable(),
  rootId: z.uuid().describe('The first run of the tree; its own id for a root run.'),
  tags: z.array(z.string()).describe('In the order they were given; empty for most.'),
  createdAt: Time,
  dueAt: Time.describe('Not taken before this time: the start asked for, or the end of a wait between attempts.'),
  startedAt: Time.nullable().describe('First taken by a worker.'),
  finishedAt: Time.nullable(),
  error: RunFailure.pick({ code: true, message: true })
    .nullable()
    .describe(`Why it failed; of the message the first ${LISTED_MESSAGE} characters. GET /runs/{id} has all of it.`),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** One try of a run. The states beyond a run's own: `lost`, its worker went away. */
export const RunAttempt = z.object({
  attempt: z.int().min(1),
  state: z.enum([...RunStateName.options, 'lost']),
  workerId: z.uuid().nullable(),
  startedAt: Time,
  finishedAt: Time.nullable(),
  error: RunFailure.nullable(),
});
export type RunAttempt = z.infer<typeof RunAttempt>;

/** How far the children of a call, or of a whole run, have come. `total` = the sum of the others. */
export const ChildCounts = z.object({
  total: z.int().min(0).describe('Those that are still to be created included.'),
  unfinished: z.int().min(0),
  succeeded: z.int().min(0),
  unsuccessful: z.int().min(0).describe('Failed or cancelled.'),
});
export type ChildCounts = z.infer<typeof ChildCounts>;

/** Everything about one run. */
export const RunDetail = RunSummary.extend({
  input: z.unknown(),
  result: z.unknown().describe('null until it has succeeded.'),
  error: RunFailure.nullable(),
  progress: z
    .object({ fraction: z.number().min(0).max(1), note: z.string().nullable() })
    .nullable()
    .describe('How far the task says it is, 0 to 1; null when it never said.'),
  attempts: z.array(RunAttempt).describe('In order; empty until a worker has taken the run.'),
  children: ChildCounts.extend({
    byState: z
      .record(RunStateName, z.int().min(0))
      .nullable()
      .describe('Those created so far, by state; null above 1,000 children, where counting them would take long.'),
  }).describe('GET /runs/{id}/tree shows them below their calls, GET /runs?parent={id} lists them.'),
});
export type RunDetail = z.infer<typeof RunDetail>;

/** Answer of `POST /runs`. */
export const RunAccepted = z.object({
  id: z.uuid(),
  task: z.string(),
  state: RunStateName,
  existing: z.boolean().describe('The run was there before, by the idempotency key or the deduplication key.'),
  links: z.object({ self: z.string(), children: z.string() }),
});
export type RunAccepted = z.infer<typeof RunAccepted>;

/** Runs, in the order asked for. */
export const RunPage = z.object({
  runs: z.array(RunSummary),
  next: z.string().nullable().describe('Pass it as `cursor` for the next page; null on the last.'),
  window: z
    .object({
      runs: z.int().describe('How many runs.'),
      since: Time.describe('When the first of them was created.'),
      until: Time.describe('When the last of them was created.'),
    })
    .nullable()
    .describe(
      'The runs that were looked through for this page, when those are not all that the filters take: with `sort=duration` ' +
        'and `sort=queueTime` the newest, for all pages; with `error` the next ones, and `next` looks on behind them.',
    ),
});
export type RunPage = z.infer<typeof RunPage>;

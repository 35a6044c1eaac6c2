import { isTerminal, type RunState } from '@millrace/runs';
import { lowestRunIdAt } from './run-id-at.js';

/** Which runs to list; every filter given must hold. */
export interface RunFilter {
  readonly taskId?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  /** All of them. */
  readonly tags?: readonly string[] | undefined;
  /** What the code or the message of the error contains, in capitals or not. */
  readonly error?: string | undefined;
  /** Created at or after. */
  readonly createdAfter?: Date | undefined;
  /** Created before. */
  readonly createdBefore?: Date | undefined;
  /** Children of this run. */
  readonly parentId?: string | undefined;
  /** No child runs. */
  readonly rootOnly?: boolean | undefined;
}

/** The values of a statement under construction; each gives its place. */
export class StatementValues {
  readonly list: unknown[] = [];

  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}

/**
 * Ids carry the time of the process that made them, `created_at` is PostgreSQL's. Clocks may differ by this much
 * before a filter by time misses a run.
 */
const CLOCK_SLACK_MS = 3_600_000;

/** The relation that a filter takes its runs from, as `run`, and their conditions; but for the text of the error. */
export function toRelation(filter: RunFilter, values: StatementValues): { from: string; where: string[] } {
  const { taskId, states, tags, error, createdAfter, createdBefore, parentId, rootOnly } = filter;
  const where: string[] = [];
  let from = 'millrace.runs AS run';
  if (tags !== undefined) {
    // The runs of the first in the order of their ids; the others are looked at run by run.
    from = `millrace.run_tags AS tagged JOIN millrace.runs AS run ON run.id = tagged.run_id`;
    where.push(`tagged.tag = ${values.add(tags[0])}`);
    if (tags.length > 1) where.push(`run.tags @> ${values.add(tags)}::text[]`);
  }
  if (taskId !== undefined) where.push(`run.task_id = ${values.add(taskId)}`);
  if (states !== undefined) where.push(`run.state = ANY(${values.add(states)}::text[])`);
  // What is asked for implies it: said again in the words of the partial indexes.
  if (states?.some(isTerminal) === false) where.push('run.finished_at IS NULL');
  if (error !== undefined || states?.every((state) => state === 'failed' || state === 'cancelled'))
    where.push('run.error IS NOT NULL');
  if (parentId !== undefined) where.push(`run.parent_id = ${values.add(parentId)}`);
  if (rootOnly === true) where.push('run.parent_id IS NULL');
  if (createdAfter !== undefined) {
    const lowestId = lowestRunIdAt(new Date(createdAfter.getTime() - CLOCK_SLACK_MS));
    where.push(`run.created_at >= ${values.add(createdAfter)}`, `run.id >= ${values.add(lowestId)}`);
  }
  if (createdBefore !== undefined) {
    const endId = lowestRunIdAt(new Date(createdBefore.getTime() + CLOCK_SLACK_MS));
    where.push(`run.created_at < ${values.add(createdBefore)}`, `run.id < ${values.add(endId)}`);
  }
  return { from, where };
}

/** That the error of `run` contains the text. */
export function saysError(text: string, values: StatementValues): string {
  const pattern = values.add(`%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`);
  return `(run.error ->> 'code' ILIKE ${pattern} OR run.error ->> 'message' ILIKE ${pattern})`;
}

/** Conditions as a clause; empty without any. */
export function toWhere(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

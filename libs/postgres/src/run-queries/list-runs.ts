import type { SqlExecutor } from '../database.js';
import { listLongest } from './list-longest.js';
import type { RunListing, RunsFound, RunWindow } from './run-listing.js';
import { LISTED_COLUMNS } from './run-columns.sql.js';
import { type RunFilter, saysError, StatementValues, toRelation, toWhere } from './run-filter.js';
import { toRunSummary } from './run-summary.js';
import type { RunEntity } from './run.entity.js';

/** Failed runs whose errors one page is looked for in; 20,000 took a quarter of a second (ADR 17). */
const MAX_ERRORS_READ = 10_000;

export async function listRuns(executor: SqlExecutor, listing: RunListing): Promise<RunsFound> {
  const { filter, sort = 'newest', after, limit } = listing;
  if (sort === 'duration' || sort === 'queueTime') return listLongest(executor, sort, listing);
  const order = { id: after?.id, direction: sort === 'newest' ? 'DESC' : 'ASC' } as const;
  const found = await readInOrder(executor, filter, order, limit + 1);
  const runs = found.slice(0, limit).map(toRunSummary);
  const last = runs.at(-1);
  if (found.length > limit && last !== undefined) return { runs, next: { id: last.id }, window: undefined };
  const window = filter.error === undefined ? undefined : await readWindow(executor, filter, order);
  return { runs, next: window && { id: window.last }, window };
}

interface Order {
  readonly id: string | undefined;
  readonly direction: 'ASC' | 'DESC';
}

/** The next runs of a filter by id. */
async function readInOrder(executor: SqlExecutor, filter: RunFilter, order: Order, limit: number) {
  const values = new StatementValues();
  const source = inOrder(filter, order, values);
  const byId = `ORDER BY run.id ${order.direction} LIMIT`;
  const inOrderOf = (columns: string) => `SELECT ${columns} FROM ${source.from} ${source.where} ${byId}`;
  const statement =
    filter.error === undefined
      ? `${inOrderOf(LISTED_COLUMNS)} ${values.add(limit)}`
      : // Read row by row, and no further than to the last that is wanted.
        `SELECT ${LISTED_COLUMNS} FROM (${inOrderOf('run.*')} ${MAX_ERRORS_READ}) AS run WHERE ${saysError(filter.error, values)} ${byId} ${values.add(limit)}`;
  return (await executor.query<RunEntity>(`/* list of runs */ ${statement}`, values.list)).rows;
}

/** What the errors of one page were looked for in, when there is more behind it. */
async function readWindow(executor: SqlExecutor, filter: RunFilter, order: Order) {
  const values = new StatementValues();
  const { from, where } = inOrder(filter, order, values);
  const { rows } = await executor.query<RunWindow & { last: string }>(
    `/* window of a list of runs */
    WITH looked_at AS MATERIALIZED (
      SELECT run.id, run.created_at FROM ${from} ${where} ORDER BY run.id ${order.direction} LIMIT ${MAX_ERRORS_READ}
    )
    SELECT count(*)::int AS runs, min(created_at) AS since, max(created_at) AS until,
           (SELECT id FROM looked_at ORDER BY id ${order.direction === 'ASC' ? 'DESC' : 'ASC'} LIMIT 1) AS last
    FROM looked_at
    HAVING count(*) = ${MAX_ERRORS_READ}`,
    values.list,
  );
  return rows[0];
}

function inOrder(filter: RunFilter, { id, direction }: Order, values: StatementValues) {
  const { from, where } = toRelation(filter, values);
  if (id !== undefined) where.push(`run.id ${direction === 'DESC' ? '<' : '>'} ${values.add(id)}`);
  return { from, where: toWhere(where) };
}

import type { SqlExecutor } from '../database.js';
import { LISTED_COLUMNS } from './run-columns.sql.js';
import type { LongestOrder, RunListing, RunsFound } from './run-listing.js';
import { saysError, StatementValues, toRelation, toWhere } from './run-filter.js';
import { toRunSummary } from './run-summary.js';
import type { RunEntity } from './run.entity.js';

/** Runs that are sorted. No index leads by how long a run took: it would be written anew as each run ends. */
const MAX_SORTED = 10_000;

const MILLISECONDS: Record<LongestOrder, (asOf: string) => string> = {
  duration: (asOf) => `extract(epoch FROM coalesce(run.finished_at, ${asOf}) - run.started_at)`,
  queueTime: (asOf) => `extract(epoch FROM coalesce(run.started_at, run.finished_at, ${asOf}) - run.created_at)`,
};

interface LongestRow extends RunEntity {
  readonly ms: number;
  readonly newest: string;
  readonly sorted: number;
  readonly since: Date;
  readonly until: Date;
}

/** The longest of the newest runs of a filter. */
export async function listLongest(
  executor: SqlExecutor,
  order: LongestOrder,
  { filter, after, limit }: RunListing,
): Promise<RunsFound> {
  const values = new StatementValues();
  const place = after?.longest;
  const asOf = place?.asOf ?? Date.now();
  const ms = `(${MILLISECONDS[order](`to_timestamp(${values.add(asOf)}::float8 / 1000)`)} * 1000)::float8`;
  const { from, where } = toRelation(filter, values);
  if (order === 'duration') where.push('run.started_at IS NOT NULL');
  if (place !== undefined) where.push(`run.id <= ${values.add(place.newest)}`);
  // Of the whole error, of which lists show the beginning.
  const says = filter.error === undefined ? 'true' : saysError(filter.error, values);
  const chosen = [
    'run.says',
    ...(place === undefined
      ? []
      : [`(run.ms, run.id) < (${values.add(place.ms)}::float8, ${values.add(after?.id)}::uuid)`]),
  ];
  const { rows } = await executor.query<LongestRow>(
    `/* list of the longest runs */
    WITH sorted AS MATERIALIZED (
      SELECT ${LISTED_COLUMNS}, ${ms} AS ms, ${says} AS says FROM ${from} ${toWhere(where)} ORDER BY run.id DESC LIMIT ${MAX_SORTED}
    )
    SELECT run.*, whole.*
    FROM sorted AS run
    CROSS JOIN (
      SELECT count(*)::int AS sorted, min("createdAt") AS since, max("createdAt") AS until,
             (SELECT id FROM sorted ORDER BY id DESC LIMIT 1) AS newest
      FROM sorted
    ) AS whole
    ${toWhere(chosen)}
    ORDER BY run.ms DESC, run.id DESC
    LIMIT ${values.add(limit + 1)}`,
    values.list,
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const [first] = rows;
  return {
    runs: rows.slice(0, limit).map(toRunSummary),
    next: last && { id: last.id, longest: { ms: last.ms, newest: last.newest, asOf } },
    window: first?.sorted === MAX_SORTED ? { runs: MAX_SORTED, since: first.since, until: first.until } : undefined,
  };
}

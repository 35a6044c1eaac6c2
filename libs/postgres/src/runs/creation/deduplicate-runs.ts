import type { NewRun } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { LOCK_DEDUPLICATION_KEYS, TAKE_OVER_DEDUPLICATION_KEYS } from './deduplicate-runs.sql.js';

/** A run and the key that it is to have. */
type Deduplicated = Pick<NewRun, 'id' | 'taskId' | 'deduplication'>;

interface HeldRow {
  readonly task_id: string;
  readonly key: string;
  readonly run_id: string;
}

/**
 * Takes the deduplication keys of runs, which are inserted or reopened later in the same transaction. Gives, by the id of
 * each run that must not be, the run that has its key: one of earlier, or the first of these.
 */
export async function deduplicateRuns(
  transaction: SqlExecutor,
  runs: readonly Deduplicated[],
): Promise<Map<string, string>> {
  const firsts = new Map<string, Deduplicated>();
  for (const run of runs) {
    const key = nameOf(run);
    if (key !== undefined && !firsts.has(key)) firsts.set(key, run);
  }
  if (firsts.size === 0) return new Map();

  const columns = toColumns([...firsts.values()]);
  const { rows: held } = await transaction.query<HeldRow>(LOCK_DEDUPLICATION_KEYS, columns);
  const { rows: taken } = await transaction.query<{ run_id: string }>(TAKE_OVER_DEDUPLICATION_KEYS, columns);
  const mine = new Set(taken.map(({ run_id }) => run_id));
  const holders = new Map(held.map(({ task_id, key, run_id }) => [`${task_id} ${key}`, run_id]));

  const instead = new Map<string, string>();
  for (const run of runs) {
    const key = nameOf(run);
    if (key === undefined) continue;
    const first = firsts.get(key)?.id as string;
    const holder = mine.has(first) ? first : (holders.get(key) as string);
    if (holder !== run.id) instead.set(run.id, holder);
  }
  return instead;
}

function nameOf({ taskId, deduplication }: Deduplicated): string | undefined {
  return deduplication && `${taskId} ${deduplication.key}`;
}

function toColumns(runs: readonly Deduplicated[]): unknown[][] {
  return [
    runs.map(({ taskId }) => taskId),
    runs.map(({ deduplication }) => deduplication?.key),
    runs.map(({ id }) => id),
    runs.map(({ deduplication }) => deduplication?.ttlMs ?? 0),
  ];
}

import type { Database, SqlExecutor } from '../database.js';
import { lowestRunIdAt } from '../run-queries/run-id-at.js';
import {
  DELETE_CHILDREN,
  DELETE_PARTS,
  DELETE_ROOTS,
  DELETE_TAGS,
  FIND_DELETED_PARENTS,
  FIND_SUCCEEDED_ROOTS,
  FIND_UNSUCCESSFUL_ROOTS,
  FORGET_DELETED_PARENTS,
} from './delete-trees.sql.js';

/** Runs that one transaction deletes at most: some milliseconds, and no row that anybody waits for. */
const BATCH = 500;
/** Rows looked at in one step at most, of which few may go. */
const PAGE = 2_000;
/** Ids carry the clock of the process that made them; PostgreSQL's decides. */
const CLOCK_SLACK_MS = 3_600_000;

/** Which roots a walk takes. */
export type RootKind = 'succeeded' | 'unsuccessful';

export interface RootPage {
  /** The roots whose trees may go. */
  readonly expired: readonly string[];
  /** Where the next page begins; undefined after the last. */
  readonly after: string | undefined;
}

interface DeletedRun {
  readonly id: string;
  readonly tags: readonly string[] | null;
}

/** Looks at the next runs by id, up to those too young to have ended so long ago. */
export async function findRoots(database: Database, kind: RootKind, ageMs: number, after: string): Promise<RootPage> {
  const statement = kind === 'succeeded' ? FIND_SUCCEEDED_ROOTS : FIND_UNSUCCESSFUL_ROOTS;
  const end = lowestRunIdAt(new Date(Date.now() - ageMs + CLOCK_SLACK_MS));
  const { rows } = await database.query<{ id: string; may_go: boolean }>(statement, [ageMs, after, end, PAGE]);
  return {
    expired: rows.filter(({ may_go }) => may_go).map(({ id }) => id),
    after: rows.length < PAGE ? undefined : rows.at(-1)?.id,
  };
}

/** Deletes roots with all that is theirs; their children are noted. Gives how many went. */
export async function deleteRoots(executor: SqlExecutor, ageMs: number, roots: readonly string[]): Promise<number> {
  const { rows } = await executor.query<DeletedRun>(DELETE_ROOTS, [ageMs, roots]);
  return deleteParts(executor, rows);
}

/** Deletes the next children of deleted runs, from the top down; undefined when there is none left to look for. */
export async function deleteChildren(executor: SqlExecutor): Promise<number | undefined> {
  const { rows: parents } = await executor.query<{ run_id: string }>(FIND_DELETED_PARENTS, [BATCH]);
  if (parents.length === 0) return undefined;
  const parentIds = parents.map(({ run_id }) => run_id);
  const { rows } = await executor.query<DeletedRun>(DELETE_CHILDREN, [parentIds, BATCH]);
  const deleted = await deleteParts(executor, rows);
  await executor.query(FORGET_DELETED_PARENTS, [parentIds]);
  return deleted;
}

/** Lists cut to what one transaction deletes. */
export function inBatches(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH));
}

async function deleteParts(executor: SqlExecutor, deleted: readonly DeletedRun[]): Promise<number> {
  const tags = deleted.flatMap(({ id, tags }) => (tags ?? []).map((tag) => ({ tag, id })));
  if (tags.length > 0) await executor.query(DELETE_TAGS, [tags.map(({ tag }) => tag), tags.map(({ id }) => id)]);
  if (deleted.length > 0) await executor.query(DELETE_PARTS, [deleted.map(({ id }) => id)]);
  return deleted.length;
}

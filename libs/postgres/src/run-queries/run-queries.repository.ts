import type { RunLogLine, RunSummary } from '@millrace/contracts';
import { isTerminal, type RunState } from '@millrace/runs';
import type { Database } from '../database.js';
import { FIND_ENDED } from './find-ended.sql.js';
import { type LogRow, READ_LOGS } from './read-logs.sql.js';
import { READ_RUN, type ReadRunRow } from './read-run.sql.js';
import { lowestRunIdAt } from './run-id-at.js';
import { toRunReading, type RunReading } from './run-reading.js';
import { toRunSummary } from './run-summary.js';
import { RunEntity } from './run.entity.js';

/** Which runs to list; every filter given must hold. */
export interface RunFilter {
  readonly taskId?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
  /** Created at or after. */
  readonly createdAfter?: Date | undefined;
  /** Created before. */
  readonly createdBefore?: Date | undefined;
  /** Children of this run. */
  readonly parentId?: string | undefined;
  /** No child runs. */
  readonly rootOnly?: boolean | undefined;
  /** Keyset: only ids below this one. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Which lines of a log to read; every filter given must hold. */
export interface LogFilter {
  /** Lines after this number. */
  readonly after: number;
  readonly limit: number;
  readonly attempt?: number | undefined;
  readonly levels: readonly RunLogLine['level'][];
}

/**
 * Ids carry the time of the process that made them, `created_at` is PostgreSQL's. Clocks may differ by this much
 * before a filter by time misses a run.
 */
const CLOCK_SLACK_MS = 3_600_000;

/** Children of a run that are counted by state, one by one. */
const MAX_COUNTED = 1_000;

/** Reads runs for people and programs; changes nothing. */
export class RunQueries {
  constructor(private readonly database: Database) {}

  /** Runs by descending id, so newest first. */
  async list(filter: RunFilter): Promise<RunSummary[]> {
    const query = this.database.dataSource
      .getRepository(RunEntity)
      .createQueryBuilder('run')
      .orderBy('run.id', 'DESC')
      .limit(filter.limit);
    const where = (condition: string, parameters: Record<string, unknown>) => query.andWhere(condition, parameters);

    if (filter.beforeId !== undefined) where('run.id < :beforeId', { beforeId: filter.beforeId });
    if (filter.taskId !== undefined) where('run.taskId = :taskId', { taskId: filter.taskId });
    if (filter.states !== undefined) where('run.state IN (:...states)', { states: filter.states });
    // What those states imply, said again in the words of the partial indexes.
    if (filter.states?.some(isTerminal) === false) where('run.finishedAt IS NULL', {});
    if (filter.states?.every((state) => state === 'failed') === true) where('run.error IS NOT NULL', {});
    if (filter.parentId !== undefined) where('run.parentId = :parentId', { parentId: filter.parentId });
    if (filter.rootOnly === true) where('run.parentId IS NULL', {});
    if (filter.createdAfter !== undefined) {
      const lowestId = lowestRunIdAt(new Date(filter.createdAfter.getTime() - CLOCK_SLACK_MS));
      where('run.createdAt >= :after AND run.id >= :lowestId', { after: filter.createdAfter, lowestId });
    }
    if (filter.createdBefore !== undefined) {
      const endId = lowestRunIdAt(new Date(filter.createdBefore.getTime() + CLOCK_SLACK_MS));
      where('run.createdAt < :before AND run.id < :endId', { before: filter.createdBefore, endId });
    }
    return (await query.getMany()).map(toRunSummary);
  }

  /** One run as lists show it; undefined when there is none with this id. */
  async summary(runId: string): Promise<RunSummary | undefined> {
    const run = await this.database.dataSource.getRepository(RunEntity).findOneBy({ id: runId });
    return run === null ? undefined : toRunSummary(run);
  }

  /** Everything about one run; undefined when there is none with this id. */
  async read(runId: string): Promise<RunReading | undefined> {
    const { rows } = await this.database.query<ReadRunRow>(READ_RUN, [runId, MAX_COUNTED]);
    return rows[0] && toRunReading(rows[0]);
  }

  /** What the run has logged after line `after`, in order. */
  async logs(runId: string, { after, limit, attempt, levels }: LogFilter): Promise<RunLogLine[]> {
    const { rows } = await this.database.query<LogRow>(READ_LOGS, [runId, after, limit, attempt ?? null, levels]);
    return rows.map((line) => ({ ...line, at: line.at.toISOString() }));
  }

  /** Which of these runs have ended. */
  async endedAmong(runIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(FIND_ENDED, [runIds]);
    return rows.map(({ id }) => id);
  }
}

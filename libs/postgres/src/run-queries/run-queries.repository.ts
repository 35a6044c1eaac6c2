import type { RunLogLine, RunSummary } from '@millrace/contracts';
import type { Database } from '../database.js';
import { FIND_ENDED } from './find-ended.sql.js';
import { listRuns } from './list-runs.js';
import { type LogRow, READ_LOGS } from './read-logs.sql.js';
import { READ_RUN, type ReadRunRow } from './read-run.sql.js';
import type { RunListing, RunsFound } from './run-listing.js';
import { toRunReading, type RunReading } from './run-reading.js';
import { toRunSummary } from './run-summary.js';
import { RunEntity } from './run.entity.js';

/** Which lines of a log to read; every filter given must hold. */
export interface LogFilter {
  /** Lines after this number. */
  readonly after: number;
  readonly limit: number;
  readonly attempt?: number | undefined;
  readonly levels: readonly RunLogLine['level'][];
}

/** Children of a run that are counted by state, one by one. */
const MAX_COUNTED = 1_000;

/** Reads runs for people and programs; changes nothing. */
export class RunQueries {
  constructor(private readonly database: Database) {}

  /** A page of runs. Without `error` it is found by an index; what one page looks through otherwise is bounded. */
  list(listing: RunListing): Promise<RunsFound> {
    return listRuns(this.database, listing);
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

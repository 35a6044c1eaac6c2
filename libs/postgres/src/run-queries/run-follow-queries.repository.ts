import type { RunLogLine } from '@millrace/contracts';
import type { LogPlace, LogSight, LogSights, RunSight, RunSights } from '@millrace/engine';
import type { RunState } from '@millrace/runs';
import type { Database } from '../database.js';
import { FOLLOW_LOGS } from './read-logs.sql.js';
import { WATCH_RUNS } from './watch-runs.sql.js';

type SightRow = Omit<RunSight, 'progress' | 'children'> & {
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly total: number;
  readonly unfinished: number;
  readonly unsuccessful: number;
};

interface LinesRow {
  /** From 1. */
  readonly index: number;
  readonly endedAs: RunState | null;
  readonly lines: readonly RunLogLine[];
}

/** What the followers of runs and of their logs look at. */
export class RunFollowQueries implements RunSights, LogSights {
  constructor(private readonly database: Database) {}

  async sightsOf(runIds: readonly string[]): Promise<RunSight[]> {
    const { rows } = await this.database.query<SightRow>(WATCH_RUNS, [runIds]);
    return rows.map(({ progress, progressNote, total, unfinished, unsuccessful, ...run }) => ({
      ...run,
      progress: progress === null ? null : { fraction: progress, note: progressNote },
      children: { total, unfinished, succeeded: total - unfinished - unsuccessful, unsuccessful },
    }));
  }

  async linesAfter(places: readonly LogPlace[], limit: number): Promise<(LogSight | undefined)[]> {
    const { rows } = await this.database.query<LinesRow>(FOLLOW_LOGS, [
      places.map(({ runId }) => runId),
      places.map(({ after }) => after),
      limit,
    ]);
    const sights = new Map(rows.map(({ index, endedAs, lines }) => [index, { endedAs, lines: lines.map(inUtc) }]));
    return places.map((_place, index) => sights.get(index + 1));
  }
}

/** PostgreSQL writes times inside JSON in the session's zone, with microseconds. */
function inUtc(line: RunLogLine): RunLogLine {
  return { ...line, at: new Date(line.at).toISOString() };
}

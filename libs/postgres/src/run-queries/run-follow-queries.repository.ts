import type { RunHint, RunLogLine, RunStateEvent } from '@millrace/contracts';
import type { LogPlace, LogSight, LogSights, RunPlace, RunSight, RunSights } from '@millrace/engine';
import type { RunState } from '@millrace/runs';
import type { Database } from '../database.js';
import { FOLLOW_LOGS } from './read-logs.sql.js';
import { STAND_OF_RUNS } from './stand-of-runs.sql.js';
import { WATCH_RUNS } from './watch-runs.sql.js';

interface SightRow {
  readonly runId: string;
  readonly moves: readonly RunStateEvent[];
  readonly progress: number | null;
  readonly progressNote: string | null;
  readonly total: number;
  readonly unfinished: number;
  readonly unsuccessful: number;
}

interface LinesRow {
  /** From 1. */
  readonly index: number;
  readonly endedAs: RunState | null;
  readonly lines: readonly RunLogLine[];
}

/** What the followers of runs and of their logs look at. */
export class RunFollowQueries implements RunSights, LogSights {
  constructor(private readonly database: Database) {}

  async sightsOf(places: readonly RunPlace[]): Promise<RunSight[]> {
    const params = [places.map(({ runId }) => runId), places.map(({ after }) => after)];
    const { rows } = await this.database.query<SightRow>(WATCH_RUNS, params);
    return rows.map(({ runId, moves, progress, progressNote, total, unfinished, unsuccessful }) => ({
      ...{ runId, moves: moves.map(inUtc) },
      progress: progress === null ? null : { fraction: progress, note: progressNote },
      children: { total, unfinished, succeeded: total - unfinished - unsuccessful, unsuccessful },
    }));
  }

  /** Where these runs stand now; those that are gone are left out. */
  async standOf(runIds: readonly string[]): Promise<RunHint[]> {
    return (await this.database.query<RunHint>(STAND_OF_RUNS, [runIds])).rows;
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
function inUtc<T extends { readonly at: string }>(told: T): T {
  return { ...told, at: new Date(told.at).toISOString() };
}

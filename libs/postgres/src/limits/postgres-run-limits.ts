import type { Admission, Gate, RunLimits } from '@millrace/runs';
import type { Database } from '../database.js';
import { GroupWriter } from '../group-writer.js';
import { untilAnswered } from '../until-answered.js';
import { admitRuns } from './admit-runs.js';
import { ARRIVE_RUNS, FIND_WAITED_AT } from './arrive-runs.sql.js';

interface Arrival {
  readonly runId: string;
  readonly delivery: number;
}

/** Admission in PostgreSQL; a process asks for many gates at once, and of several processes one a gate is served. */
export class PostgresRunLimits implements RunLimits {
  readonly #database: Database;
  readonly #arrivals: GroupWriter<Arrival, Gate | undefined>;
  readonly #admissions: GroupWriter<Gate, Admission>;

  constructor(database: Database) {
    this.#database = database;
    this.#arrivals = new GroupWriter((items) => arriveRuns(database, items));
    this.#admissions = new GroupWriter((items) => admitRuns(database, items));
  }

  arrive(runId: string, delivery: number): Promise<Gate | undefined> {
    return this.#arrivals.submit({ runId, delivery });
  }

  admit(gate: Gate): Promise<Admission> {
    return this.#admissions.submit(gate);
  }

  async waitedAt(after: Gate | undefined, limit: number): Promise<readonly Gate[]> {
    const { rows } = await untilAnswered(() =>
      this.#database.query<{ gate: Gate }>(FIND_WAITED_AT, [after ?? null, limit]),
    );
    return rows.map(({ gate }) => gate);
  }
}

async function arriveRuns(database: Database, arrivals: readonly Arrival[]): Promise<(Gate | undefined)[]> {
  const { rows } = await database.query<{ run_id: string; gate: Gate }>(ARRIVE_RUNS, [
    arrivals.map(({ runId }) => runId),
    arrivals.map(({ delivery }) => delivery),
  ]);
  const gates = new Map(rows.map(({ run_id, gate }) => [run_id, gate]));
  return arrivals.map(({ runId }) => gates.get(runId));
}

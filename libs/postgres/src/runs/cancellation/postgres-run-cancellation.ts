import {
  cancelScope,
  type EndedRuns,
  type ExecutionRef,
  type Fenced,
  type FinishedRun,
  type IdempotencyClaim,
  type RunCancellation,
  RunState,
  type StoppedExecution,
} from '@millrace/runs';
import type { Database, SqlExecutor } from '../../database.js';
import { GroupWriter } from '../../group-writer.js';
import { untilAnswered } from '../../until-answered.js';
import { DROP_MARKS, FIND_STATE, FIND_STOPPED, MARK_RUN, PASS_CLAIM_GATE } from './cancel-marks.sql.js';
import { CANCEL_EXECUTIONS, CANCEL_MARKED } from './cancel-runs.sql.js';
import type { ExecutionRow } from '../by-execution.js';
import { answerEnds, type EndRow, toEndedRuns } from '../ends/finish-runs.js';
import { onceByKey } from '../creation/once-by-key.js';

/** There was nothing to cancel: the idempotency key stays free. */
class NotCancelled extends Error {}

/** Milliseconds that a request waits for a server that is away. */
const PATIENCE_MS = 3_000;

/** Cancellation in PostgreSQL: a mark is one row, and its commit is the cancellation. */
export class PostgresRunCancellation implements RunCancellation {
  readonly #cancellations: GroupWriter<ExecutionRef, FinishedRun | Fenced>;

  constructor(private readonly database: Database) {
    this.#cancellations = new GroupWriter(async (executions) => {
      const { rows } = await database.query<EndRow>(CANCEL_EXECUTIONS, columns(executions));
      return answerEnds(database, executions, rows, [RunState.cancelled]);
    });
  }

  cancel(runId: string, idempotency?: IdempotencyClaim): Promise<RunState | undefined> {
    return untilAnswered(async () => {
      const isRepeated = await this.#mark(runId, idempotency);
      // Its own transaction: the gate is closed for no commit, and only once the mark is there for all to see. A
      // repetition passes it too: the first request may not have come so far.
      await this.database.transaction((transaction) => transaction.query(PASS_CLAIM_GATE));
      return isRepeated ? RunState.cancelled : findState(this.database, runId);
    }, PATIENCE_MS);
  }

  /** Marks the run, unless its key has done so before: then true. */
  async #mark(runId: string, idempotency: IdempotencyClaim | undefined): Promise<boolean> {
    if (idempotency === undefined) {
      await this.database.query(MARK_RUN, [runId]);
      return false;
    }
    try {
      const once = await this.database.transaction((transaction) =>
        onceByKey(transaction, cancelScope(runId), idempotency, async () => {
          await transaction.query(MARK_RUN, [runId]);
          const state = await findState(transaction, runId);
          if (state === undefined || state === RunState.succeeded || state === RunState.failed)
            throw new NotCancelled();
          return state;
        }),
      );
      return once.status !== 'done';
    } catch (error) {
      if (error instanceof NotCancelled) return false;
      throw error;
    }
  }

  async stopped(executions: readonly ExecutionRef[]): Promise<readonly StoppedExecution[]> {
    if (executions.length === 0) return [];
    const { rows } = await this.database.query<ExecutionRow & { marked: boolean }>(FIND_STOPPED, columns(executions));
    return rows.map(({ id, epoch, marked }) => ({ runId: id, epoch, why: marked ? 'marked' : 'lost' }));
  }

  cancelExecution({ runId, epoch }: ExecutionRef): Promise<FinishedRun | Fenced> {
    return this.#cancellations.submit({ runId, epoch });
  }

  async cancelMarked(limit: number, runId?: string): Promise<EndedRuns> {
    const { rows } = await this.database.query<EndRow>(CANCEL_MARKED, [limit, runId ?? null]);
    return toEndedRuns(rows);
  }

  async dropMarks(limit: number): Promise<number> {
    const { rowCount } = await this.database.query(DROP_MARKS, [limit]);
    return rowCount;
  }
}

async function findState(executor: SqlExecutor, runId: string): Promise<RunState | undefined> {
  const { rows } = await executor.query<{ state: RunState }>(FIND_STATE, [runId]);
  return rows[0]?.state;
}

function columns(executions: readonly ExecutionRef[]): [string[], number[]] {
  return [executions.map(({ runId }) => runId), executions.map(({ epoch }) => epoch)];
}

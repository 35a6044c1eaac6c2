import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskContext } from '@millrace/sdk';
import { Pool } from 'pg';

/** Milliseconds for which PostgreSQL may be away while an execution reports itself. */
const PATIENCE_MS = 120_000;

/** The connection of these tasks alone: what they report must not go the way of what it is compared with. */
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 4, application_name: 'chaos-tasks' });
pool.on('error', () => undefined);

const BEGIN = `/* chaos.begin-execution */
INSERT INTO chaos.executions (id, run_id, epoch, attempt, task_id, pid, committed_epoch)
SELECT $1, $2, $3, $4, $5, $6, (SELECT epoch FROM millrace.runs WHERE id = $2)
ON CONFLICT (id) DO NOTHING`;

const END = `/* chaos.end-execution */
UPDATE chaos.executions SET ended_at = clock_timestamp(), outcome = $2 WHERE id = $1`;

/**
 * Runs a task's function between two rows of its own: one before its first line, with the epoch that the run's row has
 * at that moment, and one at its end. An execution that is suspended never gets to its end.
 */
export async function recorded<T>(ctx: TaskContext, work: () => Promise<T>): Promise<T> {
  const id = randomUUID();
  await untilWritten(BEGIN, [id, ctx.runId, ctx.epoch, ctx.attempt, ctx.taskId, process.pid]);
  try {
    const result = await work();
    await untilWritten(END, [id, 'returned']);
    return result;
  } catch (error) {
    await untilWritten(END, [id, 'threw']);
    throw error;
  }
}

async function untilWritten(statement: string, values: readonly unknown[]): Promise<void> {
  const started = performance.now();
  for (;;) {
    try {
      await pool.query(statement, [...values]);
      return;
    } catch (error) {
      if (performance.now() - started > PATIENCE_MS) throw error;
      await delay(100);
    }
  }
}

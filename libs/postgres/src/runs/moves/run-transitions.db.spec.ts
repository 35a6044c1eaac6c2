import { isTerminal, newRunId, RUN_STATES, RUN_TRANSITIONS, type RunMove, RunState } from '@millrace/runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { PostgresRunCancellation } from '../cancellation/postgres-run-cancellation.js';
import { PostgresRunDeadlines } from '../ends/postgres-run-deadlines.js';
import { PostgresRunRetries } from '../retries/postgres-run-retries.js';

const EPOCH = 1;
const error = { code: 'X', message: 'x' };

describe('the statements that move runs', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  /** A run in this state, with a call that is done and that it has not been told of. */
  async function place(state: RunState): Promise<string> {
    const id = newRunId();
    const input = { taskId: 't', queue: 'default', input: '{}', trigger: 'api', priority: 0, maxAttempts: 3 } as const;
    await rig.store.create({ id, ...input });
    await rig.database.query(
      `UPDATE millrace.runs
       SET state = $2, epoch = ${EPOCH}, worker_id = $3, started_at = now(), attempt_started_at = now(),
           deadline_at = now(), result = CASE WHEN $2 = 'succeeded' THEN '1'::json END,
           error = CASE WHEN $2 IN ('failed', 'cancelled') THEN '{}'::json END,
           finished_at = CASE WHEN $4 THEN now() END
       WHERE id = $1`,
      [id, state, rig.workerId, isTerminal(state)],
    );
    await rig.database.query(
      `INSERT INTO millrace.calls (run_id, seq, kind, task_id, input_hash, attempt, children, pending, failed, sealed_at, done_at)
       VALUES ($1, 0, 'invoke', 't', 'h', 1, 1, 0, 1, now(), now())`,
      [id],
    );
    return id;
  }

  const marking = async (runId: string) => {
    const cancellation = new PostgresRunCancellation(rig.database);
    await cancellation.cancel(runId);
    return cancellation;
  };

  /** Without a deadline, which would count it off a call that does not count it. */
  async function placeBelow(parentId: string, runId: string): Promise<void> {
    await rig.database.query(
      `UPDATE millrace.runs
       SET parent_id = $1, parent_seq = 0, child_index = 0, root_id = $1, ancestors = ARRAY[$1::uuid], ancestor_seqs = '{0}',
           deadline_at = NULL
       WHERE id = $2`,
      [parentId, runId],
    );
  }

  async function retryBelow(runId: string): Promise<unknown> {
    const childId = await place(RunState.failed);
    await placeBelow(runId, childId);
    return new PostgresRunRetries(rig.database).retry(childId);
  }

  async function reopen(runId: string): Promise<unknown> {
    const parentId = await place(RunState.running);
    await placeBelow(parentId, runId);
    return rig.store.reopenChildren({ runId: parentId, epoch: EPOCH }, 0, 0, 1);
  }

  const verbs: readonly [RunMove, (runId: string) => Promise<unknown>][] = [
    ['claim', (runId) => rig.store.claim(runId, 1, rig.workerId)],
    ['suspend', (runId) => rig.store.suspend({ runId, epoch: EPOCH }, 0)],
    ['suspend', (runId) => rig.store.suspend({ runId, epoch: EPOCH }, -1)],
    ['wake', (runId) => rig.store.wake(runId)],
    ['requeue', (runId) => rig.store.requeue({ runId, epoch: EPOCH }, { reason: 'retry', error, delayMs: 0 })],
    ['requeue', (runId) => rig.store.requeue({ runId, epoch: EPOCH }, { reason: 'hand-back', delayMs: 0 })],
    ['finish', (runId) => rig.store.finish({ runId, epoch: EPOCH, status: 'succeeded', result: '1' })],
    ['finish', (runId) => rig.store.finish({ runId, epoch: EPOCH, status: 'failed', error })],
    ['cancel', async (runId) => (await marking(runId)).cancelMarked(1, runId)],
    ['cancel', async (runId) => (await marking(runId)).cancelExecution({ runId, epoch: EPOCH })],
    ['expire', () => new PostgresRunDeadlines(rig.database).expire(100)],
    ['retry', (runId) => new PostgresRunRetries(rig.database).retry(runId)],
    ['retry', retryBelow],
    ['reopen', reopen],
  ];

  it('make exactly the moves of the table, from every state', async () => {
    const made = new Set<string>();
    for (const from of RUN_STATES) {
      for (const [verb, run] of verbs) {
        const id = await place(from);
        await run(id);
        const { rows } = await rig.database.query<{ state: RunState }>(
          'SELECT state FROM millrace.runs WHERE id = $1',
          [id],
        );
        if (rows[0]?.state !== from) made.add(`${from} ${verb} ${rows[0]?.state}`);
      }
    }
    expect([...made].sort()).toEqual(RUN_TRANSITIONS.map(({ from, move, to }) => `${from} ${move} ${to}`).sort());
  });

  it.each([
    ["state = 'gone'", 'runs_state_known'],
    ["state = 'running', worker_id = NULL", 'runs_running_has_worker'],
    ["state = 'succeeded', finished_at = now()", 'runs_succeeded_has_result'],
    ["state = 'failed', finished_at = now()", 'runs_failed_has_error'],
    ["state = 'cancelled', error = '{}'", 'runs_terminal_has_end'],
    ["state = 'cancelled', finished_at = now()", 'runs_cancelled_has_error'],
    ['finished_at = now()', 'runs_terminal_has_end'],
    ['attempt = 9', 'runs_counts_positive'],
  ])('cannot make a row with %s', async (change, constraint) => {
    const id = await place(RunState.queued);
    await expect(rig.database.query(`UPDATE millrace.runs SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({
      constraint,
    });
  });
});

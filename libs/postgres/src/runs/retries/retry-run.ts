import { planRetry, type RetryOutcome, type RetryStep, RunState, TOO_EARLY } from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { deduplicateRuns } from '../creation/deduplicate-runs.js';
import { FIND_ANCESTORS } from './reopen-runs.sql.js';
import { type CallRef, type LockedCall, type LockedMark, type LockedRun, Reopening } from './reopening.js';

interface AncestorsRow {
  readonly ancestors: readonly string[];
  readonly ancestor_seqs: readonly number[];
  readonly root_id: string;
  readonly root_task_id: string;
  readonly deduplication_key: string | null;
}

/** Retries a run that has ended, as one transaction; its failed ancestors wait for it. */
export async function retryRun(transaction: SqlExecutor, runId: string): Promise<RetryOutcome> {
  const found = await transaction.query<AncestorsRow>(FIND_ANCESTORS, [runId]);
  if (found.rows[0] === undefined) return { status: 'unknown-run' };
  const { ancestors, ancestor_seqs: seqs } = found.rows[0];
  const calls = ancestors.map((id, place) => ({ runId: id, seq: seqs[place] as number }));
  const path = [...ancestors, runId];

  // Keys are locked before marks and runs.
  const holder = await keyHolder(transaction, found.rows[0]);
  const reopening = new Reopening(transaction);
  const marks = await reopening.lockMarks(path);
  const runs = await reopening.lockRuns(path);
  // Retention deletes a tree from its root down: what lost an ancestor follows it.
  if (path.some((id) => !runs.has(id))) return { status: 'unknown-run' };
  const ended = path.filter((id) => ['failed', 'cancelled'].includes(runs.get(id)?.state ?? ''));
  const lockedCalls = await reopening.lockCalls(ended, calls);
  const plan = planRetry(path.map((id, place) => toStep(id, calls[place], { marks, runs, lockedCalls })));
  if (plan.status === 'refused') return plan;

  const reopened = path.slice(-plan.reopened);
  if (holder !== undefined && plan.reopened === path.length) {
    return { status: 'refused', refusal: { reason: 'key-held', runId: holder } };
  }
  const marked = marks.map((mark) => mark.run_id).filter((id) => reopened.includes(id));
  const rootId = path[0] as string;
  if (marked.length > 0 && (await reopening.liftMarks(rootId, marked)) === TOO_EARLY) {
    return { status: 'too-early' };
  }
  // One that ended amid the creation of its children has to go on with that: nobody else would.
  const resumes = (id: string) => lockedCalls.some(({ run_id, sealed }) => run_id === id && !sealed);
  const targets = reopened.map((id) => ({
    id,
    to: id === runId || resumes(id) ? RunState.queued : RunState.waiting,
  }));
  const deliveries = await reopening.reopenRuns(targets);
  const restored = calls.slice(-plan.reopened).map((call) => ({ ...call, children: 1, complete: false }));
  await reopening.reopenCalls(restored);
  return { status: 'retried', deliveries };
}

/** Takes the deduplication key that the tree was started under again; gives the run that has it instead. */
async function keyHolder(transaction: SqlExecutor, found: AncestorsRow): Promise<string | undefined> {
  const { root_id: id, root_task_id: taskId, deduplication_key: key } = found;
  if (key === null) return undefined;
  return (await deduplicateRuns(transaction, [{ id, taskId, deduplication: { key } }])).get(id);
}

interface Locked {
  readonly marks: readonly LockedMark[];
  readonly runs: ReadonlyMap<string, LockedRun>;
  readonly lockedCalls: readonly LockedCall[];
}

function toStep(runId: string, call: CallRef | undefined, { marks, runs, lockedCalls }: Locked): RetryStep {
  const { state, attempt } = runs.get(runId) as LockedRun;
  return {
    ...{ runId, state, attempt },
    marked: marks.some((mark) => mark.run_id === runId && (mark.seq === null || mark.seq === call?.seq)),
    call: lockedCalls.find((locked) => locked.run_id === call?.runId && locked.seq === call.seq),
  };
}

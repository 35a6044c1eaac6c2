import {
  type ExecutionRef,
  FENCED,
  type Fenced,
  type ReopenedChildren,
  RunState,
  TOO_EARLY,
  type TooEarly,
} from '@millrace/runs';
import type { SqlExecutor } from '../../database.js';
import { FIND_FAILED_CHILDREN } from './reopen-runs.sql.js';
import { Reopening } from './reopening.js';

interface ChildRow {
  readonly id: string;
  readonly child_index: number;
}

/** Queues a chunk of a call's failed and cancelled children again, as one transaction of the parent's execution. */
export async function reopenChildren(
  transaction: SqlExecutor,
  { runId, epoch }: ExecutionRef,
  seq: number,
  from: number,
  limit: number,
): Promise<ReopenedChildren | TooEarly | Fenced> {
  const reopening = new Reopening(transaction);
  const { rows } = await transaction.query<ChildRow>(FIND_FAILED_CHILDREN, [
    ...[runId, seq, from],
    // One more, to know where the next chunk begins.
    limit + 1,
  ]);
  const next = rows[limit]?.child_index;
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const marks = await reopening.lockMarks([runId, ...ids]);
  const locked = await reopening.lockRuns([runId, ...ids]);
  const parent = locked.get(runId);
  if (parent?.epoch !== epoch || parent.state !== RunState.running) return FENCED;
  const callMarked = marks.some((mark) => mark.run_id === runId && mark.seq === seq);
  if (callMarked && from > 0) {
    // The first chunk found no mark, or lifted it: one of its children has failed again, and the rest of the map goes with it.
    await reopening.lockCalls([], [{ runId, seq }]);
    await reopening.reopenCalls([{ runId, seq, children: 0, complete: true }]);
    return { deliveries: [], next: undefined };
  }
  const marked = marks.filter((mark) => mark.run_id !== runId).map((mark) => mark.run_id);
  const call = callMarked ? { runId, seq } : undefined;
  if (marked.length > 0 || call !== undefined) {
    if ((await reopening.liftMarks(parent.root_id, marked, call)) === TOO_EARLY) return TOO_EARLY;
  }
  await reopening.lockCalls(ids, [{ runId, seq }]);
  const deliveries = await reopening.reopenRuns(ids.map((id) => ({ id, to: RunState.queued })));
  await reopening.reopenCalls([{ runId, seq, children: deliveries.length, complete: next === undefined }]);
  return { deliveries, next };
}

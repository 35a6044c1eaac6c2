import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

/** Once a cancel is answered, neither the run nor a descendant is claimed, until somebody retries one of that tree. */
export function cancelledTreesRest({ journal, runs, audit }: Evidence): Violation[] {
  const cancelled = journal.flatMap((entry) => (entry.what === 'cancelled' ? [entry] : []));
  return cancelled.flatMap(({ runId, dbMs }) => {
    const rootId = runs.get(runId)?.root_id;
    const retriedMs = Math.min(
      ...journal.flatMap((entry) =>
        entry.what === 'retry-sent' && entry.dbMs > dbMs && runs.get(entry.runId)?.root_id === rootId
          ? [entry.dbMs]
          : [],
      ),
    );
    const subtree = [...runs.values()].filter(({ id, ancestors }) => id === runId || ancestors.includes(runId));
    return subtree.flatMap(({ id, task_id }) => {
      const late = audit.get(id)?.find(({ old_state, new_state, committed_ms, at_ms }) => {
        const claimedMs = committed_ms ?? at_ms;
        return old_state === 'queued' && new_state === 'running' && claimedMs > dbMs && claimedMs < retriedMs;
      });
      if (late === undefined) return [];
      const lateMs = ((late.committed_ms ?? late.at_ms) - dbMs).toFixed(1);
      return [
        { message: `${task_id} was claimed ${lateMs} ms after the cancel of ${runId} was answered`, runs: [id, runId] },
      ];
    });
  });
}

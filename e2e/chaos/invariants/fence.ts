import type { Evidence, ExecutionRow } from '../evidence.js';
import type { Violation } from './invariant.js';

/** The claim is committed before the first line of user code, and gives one execution. */
export function claimsComeFirst({ executions }: Evidence): Violation[] {
  const seen = new Set<string>();
  return executions.flatMap(({ run_id, epoch, committed_epoch }) => {
    if ((committed_epoch ?? 0) < epoch) {
      const message = `execution ${epoch} began while the row was at epoch ${committed_epoch}`;
      return [{ message, runs: [run_id] }];
    }
    const id = `${run_id} ${epoch}`;
    if (seen.has(id)) return [{ message: `execution ${epoch} took place twice`, runs: [run_id] }];
    seen.add(id);
    return [];
  });
}

/** Execution n+1 starts only after n is fenced: what the row keeps is what its own epoch gave. */
export function lateWritesAreRefused({ runs, executions, stepValues }: Evidence): Violation[] {
  const byEpoch = new Map<string, ExecutionRow>(executions.map((row) => [`${row.run_id} ${row.epoch}`, row]));
  const ends = [...runs.values()].flatMap(({ id, task_id, state, epoch, result }) => {
    if (state !== 'succeeded' || !task_id.startsWith('chaos-')) return [];
    const written = (JSON.parse(result ?? '{}') as { epoch?: number }).epoch;
    if (written !== epoch) return [{ message: `execution ${written} ended the run of epoch ${epoch}`, runs: [id] }];
    if (byEpoch.get(`${id} ${epoch}`)?.outcome === 'returned') return [];
    return [{ message: `has a result, and its execution ${epoch} never returned one`, runs: [id] }];
  });
  const failures = [...runs.values()].flatMap(({ id, state, epoch, error_message }) => {
    const written = /, epoch (\d+)$/.exec(error_message ?? '')?.[1];
    if (state !== 'failed' || written === undefined || Number(written) === epoch) return [];
    // A parent that failed by its child has the child's message.
    if (error_message?.includes('(run ') === true) return [];
    return [{ message: `execution ${written} failed the run of epoch ${epoch}`, runs: [id] }];
  });
  const steps = stepValues
    .filter(({ value_epoch, run_epoch }) => value_epoch !== null && value_epoch !== run_epoch)
    .map(({ run_id, seq, value_epoch, run_epoch }) => ({
      message: `execution ${value_epoch} recorded step ${seq} at epoch ${run_epoch}`,
      runs: [run_id],
    }));
  return [...ends, ...failures, ...steps];
}

/**
 * A waiting parent holds no slot: a worker never executes more functions of a queue than it has slots for it, whatever waits. A
 * function that settles leaves its slot before its run is ended, one that does not when its run is moved. Runs that are
 * executed together share one: those of the tasks of chaos are not.
 */
export function waitingHoldsNoSlot({ audit, runs, executions, slots }: Evidence): Violation[] {
  const changes = executions.flatMap(({ run_id, epoch, started_ms, ended_ms }) => {
    const trail = (audit.get(run_id) ?? []).filter((row) => row.epoch === epoch);
    const claim = trail.find(({ new_state }) => new_state === 'running');
    const run = runs.get(run_id);
    if (claim === undefined || run === undefined) return [];
    const place = `worker ${claim.worker_id}`;
    const movedMs = trail.find(({ old_state }) => old_state === 'running')?.at_ms ?? Infinity;
    const common = { place, queue: run.queue, run_id };
    return [
      { ...common, change: 1, atMs: started_ms },
      { ...common, change: -1, atMs: Math.max(started_ms, Math.min(ended_ms ?? Infinity, movedMs)) },
    ];
  });
  changes.sort((a, b) => a.atMs - b.atMs || a.change - b.change);
  const executing = new Map<string, number>();
  const over = new Map<string, Violation>();
  for (const { place, queue, change, run_id } of changes) {
    const slot = `${place} ${queue}`;
    const now = (executing.get(slot) ?? 0) + change;
    executing.set(slot, now);
    if (now <= slots || over.has(slot)) continue;
    over.set(slot, { message: `${place} executed ${now} runs of queue ${queue} in ${slots} slots`, runs: [run_id] });
  }
  return [...over.values()];
}

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
 * A waiting parent holds no slot: a worker never has more runs of a queue than slots for it, whatever waits. Runs that are
 * executed together share one: those of the tasks of chaos are not.
 */
export function waitingHoldsNoSlot({ audit, runs, slots }: Evidence): Violation[] {
  const changes = [...audit.values()].flatMap((rows) =>
    rows.flatMap(({ worker_id, old_state, new_state, n, run_id }) => {
      const change = Number(new_state === 'running') - Number(old_state === 'running');
      const run = runs.get(run_id);
      if (worker_id === null || change === 0 || run?.task_id.startsWith('chaos-') !== true) return [];
      return [{ holder: `worker ${worker_id}`, queue: run.queue, change, n: Number(n), run_id }];
    }),
  );
  changes.sort((a, b) => a.n - b.n);
  const running = new Map<string, number>();
  const over = new Map<string, Violation>();
  for (const { holder, queue, change, run_id } of changes) {
    const place = `${holder} ${queue}`;
    const now = (running.get(place) ?? 0) + change;
    running.set(place, now);
    if (now <= slots || over.has(place)) continue;
    over.set(place, { message: `${holder} held ${now} runs of queue ${queue} in ${slots} slots`, runs: [run_id] });
  }
  return [...over.values()];
}

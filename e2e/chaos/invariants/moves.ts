import type { AuditRow, Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

/** Every move that a run may make, written down apart from the engine's own table. `to` a claim raises the epoch. */
const MOVES: readonly (readonly [from: string, to: string])[] = [
  ['queued', 'running'],
  ['queued', 'failed'],
  ['queued', 'cancelled'],
  ['running', 'queued'],
  ['running', 'waiting'],
  ['running', 'succeeded'],
  ['running', 'failed'],
  ['running', 'cancelled'],
  ['waiting', 'queued'],
  ['waiting', 'failed'],
  ['waiting', 'cancelled'],
];
const LEGAL = new Set(MOVES.map(([from, to]) => `${from} ${to}`));

/**
 * The engine never moves a terminal run; a person's retry reopens what failed or was cancelled, and its tree alone. So
 * does a later attempt of its parent, which forgets the failures that the one before saw (R6).
 */
export function terminalRunsStay({ audit, journal, runs }: Evidence): Violation[] {
  const retried = new Set(
    journal.flatMap((entry) => (entry.what === 'retry-sent' ? [runs.get(entry.runId)?.root_id ?? entry.runId] : [])),
  );
  return movesOf(audit).flatMap(({ old_state: from, new_state: to, run_id, root_id, attempt, at_ms, before }) => {
    if (from === null || to === null || from === to || LEGAL.has(`${from} ${to}`)) return [];
    const reopened = (from === 'failed' || from === 'cancelled') && (to === 'queued' || to === 'waiting');
    const parent = audit.get(runs.get(run_id)?.parent_id ?? '');
    const allowed = retried.has(root_id) || attemptBegunAt(parent, at_ms) > attemptBegunAt(parent, before?.at_ms ?? 0);
    if (reopened && allowed && attempt === (before?.attempt ?? 0) + 1) return [];
    return [{ message: `moved from ${from} to ${to}`, runs: [run_id] }];
  });
}

/** The attempt that a run had begun at this time, 0 before the first: one that is queued yet has seen no failure. */
function attemptBegunAt(trail: readonly AuditRow[] | undefined, ms: number): number {
  return trail?.findLast((row) => row.new_state === 'running' && row.at_ms <= ms)?.attempt ?? 0;
}

/** No run is deleted, and the trail of each is whole: every change begins where the last one ended. */
export function trailsAreWhole({ audit, runs }: Evidence): Violation[] {
  const broken = movesOf(audit).flatMap(({ run_id, old_state, new_state, before }) => {
    if (new_state === null) return [{ message: 'was deleted', runs: [run_id] }];
    if (old_state === (before?.new_state ?? null)) return [];
    return [{ message: `was ${before?.new_state ?? 'not there'}, then changed as ${old_state}`, runs: [run_id] }];
  });
  const untold = [...runs.values()].filter(({ id, state }) => audit.get(id)?.at(-1)?.new_state !== state);
  return [
    ...broken,
    ...untold.map(({ id, state }) => ({ message: `is ${state}, and its trail does not say so`, runs: [id] })),
  ];
}

/** A run is claimed from `queued` alone, each time under the next epoch; each entry into `queued` has the next delivery. */
export function claimsAreNumbered({ audit }: Evidence): Violation[] {
  return movesOf(audit).flatMap(({ run_id, old_state, new_state, epoch, delivery, before }) => {
    if (before === undefined || new_state === null) return [];
    const claimed = old_state === 'queued' && new_state === 'running';
    const expected = before.epoch + (claimed ? 1 : 0);
    if (epoch !== expected) return [{ message: `epoch went from ${before.epoch} to ${epoch}`, runs: [run_id] }];
    if (new_state === 'queued' ? delivery > before.delivery : delivery === before.delivery) return [];
    return [
      { message: `delivery went from ${before.delivery} to ${delivery} as it became ${new_state}`, runs: [run_id] },
    ];
  });
}

function movesOf(audit: Evidence['audit']): (AuditRow & { before: AuditRow | undefined })[] {
  return [...audit.values()].flatMap((rows) => rows.map((row, index) => ({ ...row, before: rows[index - 1] })));
}

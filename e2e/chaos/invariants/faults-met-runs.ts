import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

const STATES = ['queued', 'running', 'waiting'] as const;

/** Runs in each state at the moments when faults began, by kind of fault. */
export function meetings({ journal, audit }: Pick<Evidence, 'journal' | 'audit'>): Map<string, Record<string, number>> {
  const met = new Map<string, Record<string, number>>();
  for (const entry of journal) {
    if (entry.what !== 'fault') continue;
    const ofKind = met.get(entry.fault.kind) ?? { faults: 0, queued: 0, running: 0, waiting: 0 };
    met.set(entry.fault.kind, ofKind);
    ofKind['faults'] = (ofKind['faults'] ?? 0) + 1;
    for (const rows of audit.values()) {
      const state = rows.findLast(({ at_ms }) => at_ms <= entry.beganMs)?.new_state;
      if (state !== undefined && state !== null && state in ofKind) ofKind[state] = (ofKind[state] ?? 0) + 1;
    }
  }
  return met;
}

/** Each of these kinds of faults took place, and met a run in each state in which one can be harmed. */
export function faultsMetRuns(evidence: Evidence, kinds: readonly string[]): Violation[] {
  const met = meetings(evidence);
  return kinds.flatMap((kind) => {
    const ofKind = met.get(kind);
    if (ofKind === undefined) return [{ message: `${kind} never took place`, runs: [] }];
    return STATES.filter((state) => ofKind[state] === 0).map((state) => ({
      message: `${kind} never met a run that was ${state}`,
      runs: [],
    }));
  });
}

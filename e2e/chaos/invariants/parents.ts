import type { Evidence, RunRow } from '../evidence.js';
import { digestOf, sightOf } from '../seen.js';
import type { Violation } from './invariant.js';

/** A parent that succeeded was told exactly its children's recorded results. */
export function parentsSawTheirChildren({ runs }: Evidence): Violation[] {
  const children = new Map<string, RunRow[]>();
  for (const run of runs.values()) {
    if (run.parent_id !== null) children.set(run.parent_id, [...(children.get(run.parent_id) ?? []), run]);
  }
  return [...runs.values()].flatMap(({ id, task_id, state, result }) => {
    if (state !== 'succeeded') return [];
    const { seen } = JSON.parse(result ?? '{}') as { seen?: string };
    if (seen === undefined) return [];
    const recorded = digestOf((children.get(id) ?? []).map(sightOfRow));
    if (seen === recorded) return [];
    return [{ message: `${task_id} was told ${seen}, its children's rows give ${recorded}`, runs: [id] }];
  });
}

/** `pending` and `failed` of each call are what its children's rows say, at every look. */
export function callsAreCounted({ miscounted }: Evidence): Violation[] {
  return miscounted.map(({ run_id, seq, pending, failed, ended, ended_badly, children }) => ({
    message: `call ${seq} of ${children} children has ${pending} pending and ${failed} failed; ${ended} have ended, ${ended_badly} of them badly`,
    runs: [run_id],
  }));
}

function sightOfRow({ id, state, result }: RunRow): string {
  return sightOf({ succeeded: state === 'succeeded', runId: id, result: JSON.parse(result ?? 'null') as unknown });
}

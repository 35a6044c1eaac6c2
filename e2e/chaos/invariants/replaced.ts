import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

/** Ends of an appearance that was replaced, or took the place of another. */
const FORESEEN = new Set(['loaded', 'vanished', 'failed']);

/**
 * Of a file that was replaced at whatever moment each version is there whole or not at all, as often as its name was loaded, and
 * the last one is.
 */
export function lastVersionsAreLoaded({ journal, files, detections }: Evidence): Violation[] {
  return journal.flatMap((entry) => {
    if (entry.what !== 'replaced') return [];
    const appearances = files.filter(({ name }) => name === entry.file);
    const inTable = entry.vehicles.map((vehicle) => detections.get(vehicle) ?? 0);
    const states = appearances.map(({ state }) => state);
    const loads = states.filter((state) => state === 'loaded').length;
    const isThere = inTable.map((rows) => rows === entry.detections);
    const isHeld =
      states.every((state) => FORESEEN.has(state)) &&
      inTable.every((rows, at) => rows === 0 || isThere[at]) &&
      loads === isThere.filter(Boolean).length &&
      // Its worker was lost at each attempt: somebody may load it again.
      (isThere.at(-1) === true || states.includes('failed'));
    if (isHeld) return [];
    const message = `${entry.file} was replaced and is ${states.join() || 'not found'}: its versions gave ${inTable.join()} detections of ${entry.detections} each`;
    return [{ message, runs: appearances.map(({ run_id }) => run_id) }];
  });
}

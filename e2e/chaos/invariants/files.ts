import type { Evidence } from '../evidence.js';
import type { Violation } from './invariant.js';

const GOOD = new Set(['loaded', 'duplicate']);

/** The rows of each content are there once or not at all, and the ledger says the same. */
export function filesLoadOnce({ journal, files, detections }: Evidence): Violation[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  return journal.flatMap((entry) => {
    if (entry.what !== 'dropped') return [];
    const file = byName.get(entry.file);
    if (file === undefined) return [{ message: `${entry.file} was dropped and never found`, runs: [] }];
    const inTable = detections.get(entry.vehicle) ?? 0;
    const runs = [file.run_id];
    // Its worker was lost at each attempt: no rows, and somebody may reload it.
    if (file.run_state === 'failed' && inTable === 0) return [];
    if (!GOOD.has(file.state)) return [{ message: `${entry.file} is ${file.state}`, runs }];
    if (file.loads !== 1 || file.records !== entry.events) {
      return [{ message: `${entry.file} has ${file.records} records of ${entry.events} in ${file.loads} loads`, runs }];
    }
    if (inTable === entry.detections) return [];
    return [{ message: `${entry.file} gave ${inTable} detections, not ${entry.detections}`, runs }];
  });
}

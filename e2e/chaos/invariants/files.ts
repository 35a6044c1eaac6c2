import type { Evidence, FileRow } from '../evidence.js';
import type { Violation } from './invariant.js';

type Dropped = Extract<Evidence['journal'][number], { readonly what: 'dropped' }>;
type Judged = Pick<Evidence, 'files' | 'detections'>;

/**
 * The rows of each content are there once or not at all, and the ledger says the same. Bytes that were dropped under several names
 * are one content: one of them is loaded, and those that were not lost to their workers repeat it.
 */
export function filesLoadOnce({ journal, files, detections }: Evidence): Violation[] {
  const twins = new Map<string, Dropped[]>();
  for (const entry of journal) {
    if (entry.what === 'dropped') twins.set(entry.vehicle, [...(twins.get(entry.vehicle) ?? []), entry]);
  }
  return [...twins.values()].flatMap((entries) => contentIsThereOnce(entries, { files, detections }));
}

function contentIsThereOnce(entries: readonly Dropped[], { files, detections }: Judged): Violation[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const found = entries.map((entry) => ({ entry, file: byName.get(entry.file) }));
  const ofEach = found.flatMap(({ entry, file }) => {
    if (file === undefined) return [{ message: `${entry.file} was dropped and never found`, runs: [] }];
    const wrong = wrongAlone(entry, file);
    return wrong === undefined ? [] : [{ message: `${entry.file} ${wrong}`, runs: [file.run_id] }];
  });
  if (ofEach.length > 0) return ofEach;
  const [{ file: name, vehicle, detections: each }] = entries as [Dropped, ...Dropped[]];
  const loads = found.filter(({ file }) => file?.state === 'loaded').length;
  const due = found.every(({ file }) => file !== undefined && isLost(file)) ? 0 : 1;
  const all = found.flatMap(({ file }) => file?.run_id ?? []);
  if (loads !== due) {
    const states = found.map(({ file }) => file?.state).join();
    return [{ message: `${name} and its twins are ${states}, of which ${due} is to be loaded`, runs: all }];
  }
  const inTable = detections.get(vehicle) ?? 0;
  if (inTable === loads * each) return [];
  return [{ message: `${name} gave ${inTable} detections, not ${loads * each}`, runs: all }];
}

/** Its worker was lost at each attempt: somebody may reload it. */
const isLost = ({ run_state }: FileRow) => run_state === 'failed';

/** What is wrong with one appearance of a content, whatever became of the others; undefined: nothing. */
function wrongAlone({ events }: Dropped, file: FileRow): string | undefined {
  const { state, loads, records } = file;
  if (isLost(file)) return undefined;
  if (state !== 'loaded' && state !== 'duplicate') return `is ${state}`;
  if (loads === 1 && records === events) return undefined;
  return `has ${records} records of ${events} in ${loads} loads`;
}

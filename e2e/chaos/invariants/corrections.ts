import type { Evidence, FileRow } from '../evidence.js';
import type { Correction } from '../journal.js';
import type { Violation } from './invariant.js';

/** What the ledger counts of a content's rows is what carries its id; nothing does once it is taken back. */
export function ledgerAddsUp({ contents }: Evidence): Violation[] {
  return contents.flatMap(({ id, state, rows, given }) => {
    const due = state === 'loaded' ? rows : 0;
    if (given === due) return [];
    return [{ message: `content ${id} is ${state}: ${given} rows carry it, not ${due}`, runs: [] }];
  });
}

/** Whatever was loaded, taken back and loaded again, in whichever order. */
export function latestIsNewest({ staleStatuses }: Evidence): Violation[] {
  return staleStatuses.map(({ vehicle_id, latest, newest }) => ({
    message: `the latest status of ${vehicle_id} is ${latest}, its newest report says ${newest}`,
    runs: [],
  }));
}

const HELD: { readonly [Made in Correction]: (file: FileRow) => boolean } = {
  unload: ({ state }) => state === 'unloaded',
  reload: ({ state }) => state === 'loaded',
  resubmit: ({ state, rejected }) => state === 'loaded' && rejected === 0,
};

/** A file is as its last correction left it whose run succeeded; of a lost answer nobody knows. */
export function correctionsHold({ journal, files, runs }: Evidence): Violation[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const last = new Map<string, { correction: Correction; runId: string }>();
  const unanswered = new Set<string>();
  for (const entry of journal) {
    if (entry.what === 'correction-sent') unanswered.add(entry.fileId);
    if (entry.what !== 'corrected') continue;
    unanswered.delete(entry.fileId);
    if (runs.get(entry.runId)?.state === 'succeeded') last.set(entry.fileId, entry);
  }
  return [...last].flatMap(([fileId, { correction, runId }]) => {
    const file = byId.get(fileId);
    if (unanswered.has(fileId) || (file && HELD[correction](file))) return [];
    const message = `${correction} of ${file?.name ?? fileId} has succeeded, and it is ${file?.state} with ${file?.rejected} rejects`;
    return [{ message, runs: [runId] }];
  });
}

/** A path that came back with more is loaded once, whole, and what was loaded of it before is superseded. */
export function grownFilesSupersede({ journal, files }: Evidence): Violation[] {
  return journal.flatMap((entry) => {
    if (entry.what !== 'grown') return [];
    const appearances = files.filter(({ name }) => name === entry.file);
    const whole = appearances.at(-1);
    const runs = appearances.map(({ run_id }) => run_id);
    if (appearances.length < 2 || whole === undefined) {
      return [{ message: `${entry.file} has grown and was not found again`, runs }];
    }
    // Its worker was lost at each attempt: what was there stays, and somebody may reload it.
    if (whole.run_state === 'failed' && whole.state === 'failed') return [];
    const states = appearances.map(({ state }) => state).join();
    if (states === 'superseded,loaded' && whole.records === entry.records) return [];
    return [{ message: `${entry.file} is ${states} with ${whole.records} records of ${entry.records}`, runs }];
  });
}

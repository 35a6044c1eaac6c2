import type { Evidence, RunRow } from '../evidence.js';
import type { Violation } from './invariant.js';

const TERMINAL = new Set(['succeeded', 'failed', 'cancelled']);

/** Every accepted run, and every child, has ended once the load is over. */
export function runsEnd({ runs }: Evidence): Violation[] {
  return [...runs.values()]
    .filter(({ state }) => !TERMINAL.has(state))
    .map(({ id, task_id, state }) => ({ message: `${task_id} is still ${state}`, runs: [id] }));
}

/** Nothing that was acknowledged is missing, or is another request's. */
export function acknowledgedRunsExist({ journal, runs }: Evidence): Violation[] {
  return journal.flatMap((entry) => {
    if (entry.what !== 'accepted') return [];
    const run = runs.get(entry.runId);
    if (run === undefined)
      return [{ message: `run ${entry.runId} was acknowledged and is not there`, runs: [entry.runId] }];
    if (tagOf(run.input) === entry.tag) return [];
    return [
      { message: `run ${entry.runId} was acknowledged to request ${entry.tag} and is another's`, runs: [run.id] },
    ];
  });
}

/** One run a request at most, and a key always names the same. */
export function keysNameOneRun({ journal, runs, keys }: Evidence): Violation[] {
  const sent = new Set(journal.flatMap((entry) => (entry.what === 'sent' ? [entry.tag] : [])));
  const runsOfTag = new Map<string, Set<string>>();
  const note = (tag: string, runId: string) => runsOfTag.set(tag, (runsOfTag.get(tag) ?? new Set()).add(runId));
  for (const entry of journal) if (entry.what === 'accepted') note(entry.tag, entry.runId);
  for (const run of runs.values()) if (isRequested(run)) note(tagOf(run.input), run.id);
  for (const { key, run_id } of keys) if (key.startsWith('key-')) note(key.slice('key-'.length), run_id);
  return [...runsOfTag].flatMap(([tag, ids]) => {
    if (!sent.has(tag)) return [{ message: `nobody asked for the run of request ${tag}`, runs: [...ids] }];
    return ids.size === 1 ? [] : [{ message: `request ${tag} has ${ids.size} runs`, runs: [...ids] }];
  });
}

/** Corrections of files are started by the API as well; they have no keys. */
function isRequested({ trigger, task_id }: RunRow): boolean {
  return trigger === 'api' && task_id.startsWith('chaos-');
}

function tagOf(input: string): string {
  return (JSON.parse(input) as { tag?: string }).tag ?? '';
}

import type { Evidence } from '../evidence.js';
import { type ChaosInput, expectationOf } from '../expectation.js';
import type { Violation } from './invariant.js';

/** Root runs that nobody cancelled end as their task says, with the right result. */
export function resultsAreRight({ journal, runs }: Evidence): Violation[] {
  const treesOf = (...whats: string[]) =>
    new Set(
      journal.flatMap((entry) =>
        'runId' in entry && whats.includes(entry.what) ? [runs.get(entry.runId)?.root_id] : [],
      ),
    );
  const cancelled = treesOf('cancel-sent');
  const [asked, retried] = [treesOf('retry-sent'), treesOf('retried')];
  return [...runs.values()].flatMap((run) => {
    const { id, root_id, parent_id, task_id, state, attempt, input, result, error_code } = run;
    if (parent_id !== null || !task_id.startsWith('chaos-') || cancelled.has(root_id)) return [];
    // An attempt that its worker lost is used up, as documented.
    if (state === 'failed' && error_code === 'MR_WORKER_LOST') return [];
    const given = JSON.parse(input) as ChaosInput;
    const outcomes = [expectationOf(task_id, given, retried.has(id))];
    // Its own next attempt, after its worker was lost, asks for the failed child again as a retry does.
    const askedAgain = task_id === 'chaos-repairable' && attempt > 1;
    if ((asked.has(id) && !retried.has(id)) || askedAgain) outcomes.push(expectationOf(task_id, given, true));
    const value = (JSON.parse(result ?? '{}') as { value?: number }).value;
    const right = outcomes.some((e) => e.state === state && (e.state === 'failed' || e.value === value));
    if (right) return [];
    const wanted = outcomes.map((e) => (e.state === 'failed' ? 'failed' : `succeeded with ${e.value}`)).join(' or ');
    return [{ message: `${task_id} is ${state} (${error_code ?? value}), not ${wanted}`, runs: [id] }];
  });
}

/** Every answer was one that a client can act on. */
export function answersAreForeseen({ journal }: Evidence): Violation[] {
  return journal.flatMap((entry) =>
    entry.what === 'unexpected'
      ? [{ message: `${entry.request} was answered ${entry.status}: ${entry.body}`, runs: [] }]
      : [],
  );
}

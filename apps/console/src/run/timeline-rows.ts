import type { ChildRun, RunCall } from '../api/contracts.js';

/** A child by its place, which is known before the child itself has been read. */
export interface ChildPlace {
  readonly runId: string;
  readonly seq: number;
  readonly index: number;
}

export type TimelineRow =
  | {
      readonly kind: 'call';
      readonly key: string;
      readonly depth: number;
      readonly runId: string;
      readonly call: RunCall;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'child';
      readonly key: string;
      readonly depth: number;
      readonly place: ChildPlace;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'note'; readonly key: string; readonly depth: number; readonly text: string };

type FoldingRow = Exclude<TimelineRow, { readonly kind: 'note' }>;

/** Whether there is something below a row; of a child that has not been read yet nobody knows. */
export function canUnfold(row: TimelineRow, child: ChildRun | undefined): row is FoldingRow {
  if (row.kind === 'call') return row.call.children.total > 0;
  return row.kind === 'child' && child?.hasCalls === true;
}

export interface Unfolded {
  /** Keys of calls whose children are folded away. */
  readonly foldedCalls: ReadonlySet<string>;
  /** Ids of children whose own calls are shown, by the key of their place. */
  readonly openChildren: ReadonlyMap<string, string>;
  /** Calls of each run that was asked; undefined while they are on their way. */
  readonly callsOf: (runId: string) => readonly RunCall[] | undefined;
}

const callKey = (runId: string, seq: number) => `${runId}/${seq}`;
export const childKey = ({ runId, seq, index }: ChildPlace) => `${runId}/${seq}/${index}`;

/** The rows below a run, in the order in which they are drawn: its calls, their children, and what is unfolded below. */
export function unfold(rootId: string, unfolded: Unfolded): TimelineRow[] {
  const rows: TimelineRow[] = [];
  addCalls(rows, rootId, 1, unfolded);
  return rows;
}

function addCalls(rows: TimelineRow[], runId: string, depth: number, unfolded: Unfolded): void {
  const calls = unfolded.callsOf(runId);
  if (calls === undefined || calls.length === 0) {
    const text = calls === undefined ? 'Loading …' : 'It has made no calls.';
    rows.push({ kind: 'note', key: `${runId}/note`, depth, text });
    return;
  }
  for (const call of calls) {
    const key = callKey(runId, call.seq);
    const isOpen = !unfolded.foldedCalls.has(key);
    rows.push({ kind: 'call', key, depth, runId, call, isOpen });
    if (isOpen) addChildren(rows, runId, call, depth + 1, unfolded);
  }
}

function addChildren(
  rows: TimelineRow[],
  runId: string,
  { seq, children }: RunCall,
  depth: number,
  unfolded: Unfolded,
): void {
  for (let index = 0; index < children.total; index += 1) {
    const place = { runId, seq, index };
    const key = childKey(place);
    const childId = unfolded.openChildren.get(key);
    rows.push({ kind: 'child', key, depth, place, isOpen: childId !== undefined });
    if (childId !== undefined) addCalls(rows, childId, depth + 1, unfolded);
  }
}

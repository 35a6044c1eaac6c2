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
const childKey = ({ runId, seq, index }: ChildPlace) => `${runId}/${seq}/${index}`;

/** Rows that follow each other: one that is made, or children that are made when somebody asks for them. */
type Span = { readonly from: number; readonly parent: number } & (
  { readonly row: TimelineRow } | { readonly depth: number; readonly first: ChildPlace; readonly count: number }
);

/**
 * The rows below a run, in the order in which they are drawn: its calls, their children, and what is unfolded below. Of ten
 * thousand children most are never looked at, and none of those is made.
 */
export class TimelineRows {
  readonly #spans: Span[] = [];
  /** By their index, so that a row is the same one each time. */
  readonly #made = new Map<number, TimelineRow>();
  #length = 0;

  constructor(
    rootId: string,
    private readonly unfolded: Unfolded,
  ) {
    this.#addCalls(rootId, 1, -1);
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): TimelineRow | undefined {
    const span = this.#spanOf(index);
    if (span === undefined || 'row' in span) return span?.row;
    const made = this.#made.get(index) ?? childRow(span.first, index - span.from, span.depth);
    this.#made.set(index, made);
    return made;
  }

  /** The index of the row that a row stands below; -1: it stands below none. */
  parentOf(index: number): number {
    return this.#spanOf(index)?.parent ?? -1;
  }

  /** The index of the row with a key; -1: there is none. */
  indexOf(key: string): number {
    for (const span of this.#spans) {
      if ('row' in span) {
        if (span.row.key === key) return span.from;
      } else {
        const { first, count, from } = span;
        const call = `${callKey(first.runId, first.seq)}/`;
        const offset = key.startsWith(call) ? Number(key.slice(call.length)) - first.index : -1;
        if (offset >= 0 && offset < count) return from + offset;
      }
    }
    return -1;
  }

  /** The last that begins at an index or before it, by halves. */
  #spanOf(index: number): Span | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    let [low, high] = [0, this.#spans.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#spans[middle]?.from ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return this.#spans[low];
  }

  #addRow(row: TimelineRow, parent: number): number {
    const from = this.#length;
    this.#spans.push({ from, parent, row });
    this.#length += 1;
    return from;
  }

  #addCalls(runId: string, depth: number, parent: number): void {
    const calls = this.unfolded.callsOf(runId);
    if (calls === undefined || calls.length === 0) {
      const text = calls === undefined ? 'Loading …' : 'It has made no calls.';
      this.#addRow({ kind: 'note', key: `${runId}/note`, depth, text }, parent);
      return;
    }
    for (const call of calls) {
      const key = callKey(runId, call.seq);
      const isOpen = !this.unfolded.foldedCalls.has(key);
      const index = this.#addRow({ kind: 'call', key, depth, runId, call, isOpen }, parent);
      if (isOpen) this.#addChildren(runId, call, depth + 1, index);
    }
  }

  #addChildren(runId: string, { seq, children: { total } }: RunCall, depth: number, parent: number): void {
    let next = 0;
    const addUpTo = (end: number) => {
      if (end > next) {
        this.#spans.push({ from: this.#length, parent, depth, first: { runId, seq, index: next }, count: end - next });
        this.#length += end - next;
      }
      next = end;
    };
    for (const [index, childId] of this.#openBelow(runId, seq)) {
      if (index >= total) break;
      addUpTo(index);
      const row = this.#addRow({ ...childRow({ runId, seq, index }, 0, depth), isOpen: true }, parent);
      this.#addCalls(childId, depth + 1, row);
      next = index + 1;
    }
    addUpTo(total);
  }

  /** Children of a call that are open, in order: their place in it and their id. */
  #openBelow(runId: string, seq: number): (readonly [index: number, childId: string])[] {
    const call = `${callKey(runId, seq)}/`;
    return [...this.unfolded.openChildren]
      .filter(([key]) => key.startsWith(call))
      .map(([key, childId]) => [Number(key.slice(call.length)), childId] as const)
      .sort(([a], [b]) => a - b);
  }
}

function childRow(first: ChildPlace, offset: number, depth: number): TimelineRow & { readonly kind: 'child' } {
  const place = { ...first, index: first.index + offset };
  return { kind: 'child', key: childKey(place), depth, place, isOpen: false };
}

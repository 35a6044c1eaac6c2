import type { ChildCounts, RunStateEvent } from '@millrace/contracts';

/** A run as a look finds it. */
export interface RunSight {
  readonly runId: string;
  /** Every move after the place from which it was looked, in order. */
  readonly moves: readonly RunStateEvent[];
  readonly progress: { readonly fraction: number; readonly note: string | null } | null;
  readonly children: ChildCounts;
}

/** From where to look at a run. */
export interface RunPlace {
  readonly runId: string;
  /** Number of the latest move that is known. */
  readonly after: number;
}

/** What a follower of a run has been told: the number of its latest move, its progress, its children. */
export interface RunPosition {
  readonly move: number;
  readonly progress: string;
  readonly children: string;
}

export const UNTOLD: RunPosition = { move: 0, progress: '', children: '' };

/** A position as the id of an event, from which a client goes on by `Last-Event-ID`, at any process. */
export function encodePosition({ move, progress, children }: RunPosition): string {
  return [move, progress, children].join('~');
}

/** The position that an id stands for; from the beginning when it is none of ours. */
export function decodePosition(id: string | undefined): RunPosition {
  const [, move, progress, children] = /^(\d{1,9})~([^~]{0,64})~([^~]{0,64})$/.exec(id ?? '') ?? [];
  return move === undefined ? UNTOLD : { move: Number(move), progress: progress ?? '', children: children ?? '' };
}

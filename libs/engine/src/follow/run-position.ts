import type { ChildCounts } from '@millrace/contracts';
import { isTerminal, type RunState } from '@millrace/runs';

/** A run as a look finds it. */
export interface RunSight {
  readonly runId: string;
  readonly state: RunState;
  readonly delivery: number;
  readonly epoch: number;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When it was looked at. */
  readonly now: Date;
  readonly progress: { readonly fraction: number; readonly note: string | null } | null;
  readonly children: ChildCounts;
}

/** Numbers of the moves that every run makes first. */
export const QUEUED_FIRST = 1;
export const RUNNING_FIRST = 4;

/**
 * The number of a run's latest move. It follows from the row, so that nothing is written for it: each entry into
 * `queued` raises `delivery`, each claim `epoch`, each reopening `attempt`, and between two of those a run waits or ends.
 */
export function numberOfMove({ state, delivery, epoch, attempt }: Omit<RunSight, 'children' | 'progress'>): number {
  const rank = isTerminal(state) ? 2 : state === 'waiting' ? 1 : 0;
  return 3 * (delivery + epoch + attempt - 2) + rank + QUEUED_FIRST;
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
  const [, move, progress, children] = /^(\d{1,12})~([^~]{0,64})~([^~]{0,64})$/.exec(id ?? '') ?? [];
  return move === undefined ? UNTOLD : { move: Number(move), progress: progress ?? '', children: children ?? '' };
}

import { createHash } from 'node:crypto';
import type { RunChildrenEvent, RunProgressEvent, RunStateEvent } from '@millrace/contracts';
import { encodePosition, type RunPosition, type RunSight } from './run-position.js';

/** Something that is told of a run; its id is the position after it. */
export type RunEvent = { readonly id: string } & (
  | { readonly event: 'state'; readonly data: RunStateEvent }
  | { readonly event: 'progress'; readonly data: RunProgressEvent }
  | { readonly event: 'children'; readonly data: RunChildrenEvent }
);

export interface ToldEvents {
  readonly events: readonly RunEvent[];
  readonly position: RunPosition;
}

/** What a follower who was told of a run up to a position has to be told now. */
export function eventsSince(told: RunPosition, sight: RunSight): ToldEvents {
  const events: RunEvent[] = [];
  let position = told;
  const tell = (next: Partial<RunPosition>, event: Omit<RunEvent, 'id'>) => {
    position = { ...position, ...next };
    events.push({ ...event, id: encodePosition(position) } as RunEvent);
  };

  for (const data of sight.moves) {
    if (data.number > told.move) tell({ move: data.number }, { event: 'state', data });
  }
  const progress = progressMark(sight);
  if (progress !== told.progress) tell({ progress }, { event: 'progress', data: sight.progress });
  const children = childrenMark(sight);
  if (children !== told.children) tell({ children }, { event: 'children', data: sight.children });
  return { events, position };
}

function progressMark({ progress }: RunSight): string {
  if (progress === null) return '';
  const note = progress.note === null ? '' : createHash('sha1').update(progress.note).digest('base64url').slice(0, 8);
  return `${progress.fraction}:${note}`;
}

function childrenMark({ children: { total, unfinished, unsuccessful } }: RunSight): string {
  return total === 0 ? '' : `${total}:${unfinished}:${unsuccessful}`;
}

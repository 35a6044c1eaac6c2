import type { RunStateEvent } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { eventsSince } from './run-events.js';
import { decodePosition, encodePosition, type RunSight, UNTOLD } from './run-position.js';

const move = (number: number, state: RunStateEvent['state']): RunStateEvent => ({
  ...{ number, state, attempt: 1, at: new Date(1_700_000_000_000 + number).toISOString() },
});
const moves = [move(1, 'queued'), move(4, 'running'), move(5, 'waiting'), move(7, 'queued')];
const sight: RunSight = {
  ...{ runId: 'run', moves, progress: { fraction: 0.5, note: 'half ~ way' } },
  children: { total: 3, unfinished: 1, succeeded: 1, unsuccessful: 1 },
};

describe('the events of a run', () => {
  it('tell every move, however late one looks', () => {
    const { events } = eventsSince(UNTOLD, sight);
    expect(events.map(({ event }) => event)).toEqual(['state', 'state', 'state', 'state', 'progress', 'children']);
    expect(events.slice(0, 4).map(({ data }) => data)).toEqual(moves);
  });

  it('say nothing twice, from whichever event a client comes back', () => {
    const { events } = eventsSince(UNTOLD, sight);
    events.forEach(({ id }, index) => {
      expect(eventsSince(decodePosition(id), sight).events).toEqual(events.slice(index + 1));
    });
  });

  it('begin anew for an id that is none of ours', () => {
    expect(decodePosition('17')).toEqual(UNTOLD);
    expect(decodePosition(undefined)).toEqual(UNTOLD);
    expect(decodePosition(encodePosition({ move: 4, progress: '0.5:', children: '' }))).toMatchObject({ move: 4 });
  });
});

import { describe, expect, it } from 'vitest';
import type { ChildRun, RunCall } from '../api/contracts.js';
import { moveOf } from './timeline-keys.js';
import { TimelineRows } from './timeline-rows.js';

const call = (seq: number, total: number, startedRunId: string | null = null) =>
  ({ seq, children: { total }, startedRunId }) as RunCall;
const child = (hasCalls: boolean) => ({ id: 'a-child', hasCalls }) as ChildRun;

/** 0: a call, 1 and 2: its children, 3: a step, 4: a start. */
const rowsOf = (foldedCalls: readonly string[] = []) =>
  new TimelineRows('root', {
    foldedCalls: new Set(foldedCalls),
    openChildren: new Map(),
    callsOf: () => [call(0, 2), call(1, 0), call(2, 0, 'another-run')],
  });
const press = (key: string, active: number, of: { child?: ChildRun; folded?: string[] } = {}) =>
  moveOf(key, { rows: rowsOf(of.folded), active, child: of.child });

describe('a key in the timeline', () => {
  it('goes along the lines, and not past the first and the last', () => {
    expect(press('ArrowDown', 0)).toEqual({ to: 1 });
    expect(press('ArrowUp', 0)).toEqual({ to: 0 });
    expect(press('PageDown', 1)).toEqual({ to: 4 });
    expect(press('End', 0)).toEqual({ to: 4 });
    expect(press('Home', 4)).toEqual({ to: 0 });
  });

  it('unfolds what is folded, and goes into what is not', () => {
    const folded = rowsOf(['root/0']).at(0);
    expect(press('ArrowRight', 0, { folded: ['root/0'] })).toEqual({ toggle: folded });
    expect(press('ArrowRight', 0)).toEqual({ to: 1 });
    expect(press('ArrowRight', 1, { child: child(true) })).toEqual({ toggle: rowsOf().at(1) });
    expect(press('ArrowRight', 1, { child: child(false) })).toEqual({ to: 1 });
  });

  it('folds what is open, and goes to what a line stands below', () => {
    expect(press('ArrowLeft', 0)).toEqual({ toggle: rowsOf().at(0) });
    expect(press('ArrowLeft', 2, { child: child(true) })).toEqual({ to: 0 });
    expect(press('ArrowLeft', 3)).toEqual({ to: 3 });
  });

  it('opens the run of a line, that of a call which started one included, and folds a call of several', () => {
    expect(press('Enter', 1, { child: child(false) })).toEqual({ open: 'a-child' });
    expect(press('Enter', 4)).toEqual({ open: 'another-run' });
    expect(press('Enter', 0)).toEqual({ toggle: rowsOf().at(0) });
    expect(press(' ', 0)).toEqual({ toggle: rowsOf().at(0) });
  });

  it('is left to the browser where it means nothing here', () => {
    expect(press('Tab', 0)).toBeUndefined();
    expect(press('j', 0)).toBeUndefined();
  });
});

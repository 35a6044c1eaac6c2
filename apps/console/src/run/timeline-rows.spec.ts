import { describe, expect, it } from 'vitest';
import type { RunCall } from '../api/contracts.js';
import { TimelineRows, type Unfolded } from './timeline-rows.js';

const call = (seq: number, total: number) => ({ seq, children: { total } }) as RunCall;
const calls: Record<string, RunCall[]> = { root: [call(0, 2), call(1, 0)], child: [call(0, 1)], leaf: [] };
const rowsOf = (over: Partial<Unfolded> = {}) =>
  new TimelineRows('root', { foldedCalls: new Set(), openChildren: new Map(), callsOf: (id) => calls[id], ...over });
const listOf = (rows: TimelineRows) => Array.from({ length: rows.length }, (_, index) => rows.at(index));
const keysOf = (over: Partial<Unfolded> = {}) =>
  listOf(rowsOf(over)).map((row) => `${'  '.repeat((row?.depth ?? 0) - 1)}${row?.key}`);

describe('the rows of a timeline', () => {
  it('are the calls of the run, each with its children below', () => {
    expect(keysOf()).toEqual(['root/0', '  root/0/0', '  root/0/1', 'root/1']);
  });

  it('leave out the children of a folded call', () => {
    expect(keysOf({ foldedCalls: new Set(['root/0']) })).toEqual(['root/0', 'root/1']);
  });

  it('go on below a child that was opened', () => {
    expect(keysOf({ openChildren: new Map([['root/0/1', 'child']]) })).toEqual([
      'root/0',
      '  root/0/0',
      '  root/0/1',
      '    child/0',
      '      child/0/0',
      'root/1',
    ]);
  });

  it('say so where calls are on their way, and where there are none', () => {
    expect(listOf(rowsOf({ callsOf: () => undefined }))).toMatchObject([{ kind: 'note', text: 'Loading …' }]);
    expect(keysOf({ openChildren: new Map([['root/0/0', 'leaf']]) })).toContain('    leaf/note');
  });

  it('are found by their key, and know what they stand below', () => {
    const rows = rowsOf({ openChildren: new Map([['root/0/1', 'child']]) });
    listOf(rows).forEach((row, index) => expect(rows.indexOf(row?.key ?? '')).toBe(index));
    expect(rows.indexOf('root/0/2')).toBe(-1);
    expect(listOf(rows).map((_, index) => rows.parentOf(index))).toEqual([-1, 0, 0, 2, 3, -1]);
    expect(rows.at(-1)).toBeUndefined();
    expect(rows.at(rows.length)).toBeUndefined();
  });

  it('are the same each time they are asked for', () => {
    const rows = rowsOf();
    expect(rows.at(2)).toBe(rows.at(2));
  });
});

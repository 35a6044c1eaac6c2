import { describe, expect, it } from 'vitest';
import type { RunCall } from '../api/contracts.js';
import { unfold, type Unfolded } from './timeline-rows.js';

const call = (seq: number, total: number) => ({ seq, children: { total } }) as RunCall;
const calls: Record<string, RunCall[]> = { root: [call(0, 2), call(1, 0)], child: [call(0, 1)], leaf: [] };
const keysOf = (over: Partial<Unfolded> = {}) =>
  unfold('root', {
    foldedCalls: new Set(),
    openChildren: new Map(),
    callsOf: (id) => calls[id],
    ...over,
  }).map(({ key, depth }) => `${'  '.repeat(depth - 1)}${key}`);

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
    expect(
      unfold('absent', { foldedCalls: new Set(), openChildren: new Map(), callsOf: () => undefined }),
    ).toMatchObject([{ kind: 'note', text: 'Loading …' }]);
    expect(keysOf({ openChildren: new Map([['root/0/0', 'leaf']]) })).toContain('    leaf/note');
  });
});

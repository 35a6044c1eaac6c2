import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isTerminal, RUN_STATES } from './run-state.js';
import { assertTransition, RUN_TRANSITIONS, type RunMove } from './run-transitions.js';

const page = await readFile(new URL('../../../../docs/run-states.md', import.meta.url), 'utf8');
const written = RUN_TRANSITIONS.map(({ move, from, to }) => `${from} ${move} ${to}`).sort();

describe('the transitions of a run', () => {
  it('let every listed move through and refuse every other, naming both states', () => {
    const moves = [...new Set(RUN_TRANSITIONS.map(({ move }) => move))];
    const legal: string[] = [];
    for (const move of moves) {
      for (const from of RUN_STATES) {
        for (const to of RUN_STATES) {
          try {
            assertTransition('r', move, from, to);
            legal.push(`${from} ${move} ${to}`);
          } catch (error) {
            expect(error).toMatchObject({ code: 'MR_ILLEGAL_TRANSITION' });
            expect(String(error)).toContain(`Run r is ${from}; "${move satisfies RunMove}" cannot make it ${to}.`);
          }
        }
      }
    }
    expect(legal.sort()).toEqual(written);
  });

  it('leave a terminal state by a retry alone, and never succeeded', () => {
    const leaving = RUN_TRANSITIONS.filter(({ from }) => isTerminal(from));
    expect([...new Set(leaving.map(({ move }) => move))]).toEqual(['retry', 'reopen']);
    expect(leaving.filter(({ from }) => from === 'succeeded')).toEqual([]);
  });

  it('are those of the table in docs/run-states.md', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| `(\w+)` +\|/gm)];
    expect(rows.map(([, from, move, to]) => `${from} ${move} ${to}`).sort()).toEqual(written);
  });

  it('are those of the diagram in docs/run-states.md', () => {
    const edges = [...page.matchAll(/^ +(\w+) --> (\w+): (\w+)/gm)];
    expect(edges.map(([, from, to, move]) => `${from} ${move} ${to}`).sort()).toEqual(written);
  });
});

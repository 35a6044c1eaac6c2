import { describe, expect, it } from 'vitest';
import { facts, table } from './table.js';

describe('a table', () => {
  it('has columns as wide as their widest cell', () => {
    expect(
      table(
        ['A', 'LONG', 'C'],
        [
          ['1', 'x', ''],
          ['12345', 'y', 'z'],
        ],
      ),
    ).toBe(['A      LONG  C', '1      x', '12345  y     z'].join('\n'));
  });

  it('of no rows is its head', () => {
    expect(table(['RUN', 'TASK'], [])).toBe('RUN  TASK');
  });

  it('of facts has their values below one another', () => {
    expect(
      facts([
        ['run', '1'],
        ['attempt', '2'],
      ]),
    ).toBe('run      1\nattempt  2');
  });
});

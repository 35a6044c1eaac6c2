import { expect, it } from 'vitest';
import { BinaryRows } from './binary-rows.js';

/** Too many bytes to be copied out. */
const LONG = 'x'.repeat(10_000);

it('rows lie where others lay that were given back, two of those at most, and none too small for them', () => {
  const out = new BinaryRows();
  const next = () => {
    out.text(LONG);
    const rows = out.take();
    expect(rows.toString('latin1', 4)).toBe(LONG);
    return rows.buffer;
  };
  next();
  const given = [100_001, 100, 100_002, 100_003].map((bytes) => new ArrayBuffer(bytes));
  for (const memory of given) out.reuse(memory);
  // The one in hand goes first.
  const used = [next(), next(), next(), next()].map((memory) => memory.byteLength);
  expect(used.slice(1, 3)).toEqual([100_002, 100_001]);
  expect(used[3]).not.toBe(100_003);
});

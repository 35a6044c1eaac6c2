import { describe, expect, it } from 'vitest';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('returns the first value that is there', async () => {
    let looks = 0;
    expect(await waitFor(() => ((looks += 1) < 3 ? undefined : looks), { interval: 1 })).toBe(3);
  });

  it('takes zero and an empty string for values', async () => {
    expect(await waitFor(() => 0)).toBe(0);
    expect(await waitFor(() => '')).toBe('');
  });

  it('looks again after a throw', async () => {
    let looks = 0;
    const condition = () => {
      if ((looks += 1) < 2) throw new Error('not yet');
      return true;
    };
    expect(await waitFor(condition, { interval: 1 })).toBe(true);
  });

  it('names the condition and its last error at the deadline', async () => {
    const condition = () => {
      throw new Error('connection refused');
    };
    await expect(waitFor(condition, { deadline: 5, interval: 1 })).rejects.toThrow(
      /in vain for .*\n[^]*: connection refused$/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../journal.js';
import { evidenceOf, fileRow } from './evidence-of.js';
import { lastVersionsAreLoaded } from './replaced.js';

const journal: JournalEntry[] = [{ what: 'replaced', file: 'f', vehicles: ['former', 'last'], detections: 4 }];
const violations = (states: readonly string[], former: number, last: number) =>
  lastVersionsAreLoaded(
    evidenceOf({
      journal,
      files: states.map((state) => fileRow({ state })),
      detections: new Map([
        ['former', former],
        ['last', last],
      ]),
    }),
  ).length;

describe('that the last version of a replaced file is loaded', () => {
  it('holds for both, for the last one alone, and for a load that failed for good', () => {
    expect(violations(['loaded', 'loaded'], 4, 4)).toBe(0);
    expect(violations(['vanished', 'loaded'], 0, 4)).toBe(0);
    expect(violations(['loaded'], 0, 4)).toBe(0);
    expect(violations(['loaded', 'failed'], 4, 0)).toBe(0);
  });

  it('is broken when the last one is not there, or nothing is', () => {
    expect(violations(['loaded'], 4, 0)).toBe(1);
    expect(violations(['loaded', 'vanished'], 4, 0)).toBe(1);
    expect(violations([], 0, 0)).toBe(1);
  });

  it('is broken by a version that is there in part, or twice', () => {
    expect(violations(['loaded', 'loaded'], 3, 4)).toBe(1);
    expect(violations(['loaded', 'loaded'], 4, 8)).toBe(1);
  });

  it('is broken by a load without rows, and by rows without a load', () => {
    expect(violations(['loaded', 'loaded'], 0, 4)).toBe(1);
    expect(violations(['vanished', 'loaded'], 4, 4)).toBe(1);
  });

  it('is broken by a version that is refused, or still waits', () => {
    expect(violations(['quarantined', 'loaded'], 0, 4)).toBe(1);
    expect(violations(['loaded', 'arrived'], 4, 0)).toBe(1);
  });
});

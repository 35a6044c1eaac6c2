import { newRunId } from '@millrace/runs';
import { describe, expect, it } from 'vitest';
import { lowestRunIdAt } from './run-id-at.js';

describe('lowestRunIdAt', () => {
  it('is at most any id made at that time, and above every id made before', () => {
    const before = Date.now();
    const id = newRunId();
    const after = Date.now();
    expect(lowestRunIdAt(new Date(before)) <= id).toBe(true);
    expect(lowestRunIdAt(new Date(after + 1)) > id).toBe(true);
  });

  it('is the lowest id of all for times before 1970', () => {
    expect(lowestRunIdAt(new Date(-1))).toBe('00000000-0000-0000-0000-000000000000');
  });
});

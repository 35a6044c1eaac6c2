import { SUSPECT_FROM_ATTEMPT } from '@millrace/ingest';
import { describe, expect, it } from 'vitest';
import { newLoadRun } from './load-run.js';

const identity = { device: 1n, inode: 1n, mtimeNs: 1n };

describe('the run that loads a file', () => {
  it.each([0n, 10n ** 9n])('of %i bytes has attempts left that are made alone', (size) => {
    const { maxAttempts } = newLoadRun('019ab000-0000-7000-8000-000000000001', { ...identity, size });
    expect(maxAttempts).toBeGreaterThan(SUSPECT_FROM_ATTEMPT);
  });
});

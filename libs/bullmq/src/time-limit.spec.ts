import { describe, expect, it } from 'vitest';
import { withinTimeLimit } from './time-limit.js';

describe('withinTimeLimit', () => {
  it('gives what the work gives', async () => {
    await expect(withinTimeLimit('deliver', 1_000, async () => 'done')).resolves.toBe('done');
  });

  it('rejects when the work takes longer, and says what was asked', async () => {
    const hanging = withinTimeLimit('deliver', 10, () => new Promise<void>(() => undefined));
    await expect(hanging).rejects.toMatchObject({ code: 'MR_QUEUE_UNAVAILABLE', operation: 'deliver' });
    await expect(hanging).rejects.toThrow('no answer within 10 ms');
  });

  it('rejects with the cause when the work fails', async () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:6379');
    const failing = withinTimeLimit('ping', 1_000, () => Promise.reject(cause));
    await expect(failing).rejects.toMatchObject({ code: 'MR_QUEUE_UNAVAILABLE', cause });
    await expect(failing).rejects.toThrow('ECONNREFUSED');
  });
});

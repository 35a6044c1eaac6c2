import { beforeEach, describe, expect, it, vi } from 'vitest';

const MANY = 10_000;

describe('newRunId', () => {
  let newRunId: () => string;
  const many = () => Array.from({ length: MANY }, () => newRunId());

  beforeEach(async () => {
    vi.resetModules();
    ({ newRunId } = await import('./run-id.js'));
    return () => vi.restoreAllMocks();
  });

  it('gives UUIDs of version 7 that say when they were made', () => {
    const before = Date.now();
    const id = newRunId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const at = parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });

  it('draws what is random in an id anew for each', () => {
    expect(new Set(many().map((id) => id.slice(-12))).size).toBe(MANY);
  });

  it('gives ids that sort as they were made, also within one millisecond and when the clock goes back', () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(60_000);
    const ids = many();
    clock.mockReturnValue(0);
    ids.push(...many());
    expect(ids.toSorted()).toEqual(ids);
  });
});

import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.js';

describe('nearestName', () => {
  it.each([
    ['prioritty', 'priority'],
    ['Task', 'task'],
    ['not_before', 'notBefore'],
    ['zzzzzz', undefined],
  ])('finds what %s stands for', (given, nearest) => {
    expect(nearestName(given, ['task', 'input', 'priority', 'notBefore'])).toBe(nearest);
  });

  it('finds nothing where nothing is allowed', () => {
    expect(nearestName('task', [])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { isNestedTooDeep, MAX_NESTING } from './nesting.js';

describe('isNestedTooDeep', () => {
  const arrays = (levels: number, innermost = '') =>
    JSON.parse(`${'['.repeat(levels)}${innermost}${']'.repeat(levels)}`) as unknown;

  it('takes as many levels as may be, whatever the innermost holds', () => {
    expect(isNestedTooDeep(arrays(MAX_NESTING))).toBe(false);
    expect(isNestedTooDeep(arrays(MAX_NESTING, '1, "a", null'))).toBe(false);
    expect(isNestedTooDeep(arrays(MAX_NESTING - 1, '{"a": 1}'))).toBe(false);
  });

  it('refuses one level more', () => {
    expect(isNestedTooDeep(arrays(MAX_NESTING + 1))).toBe(true);
    expect(isNestedTooDeep(arrays(MAX_NESTING, '1, {}'))).toBe(true);
  });

  it('counts levels and not values', () => {
    expect(isNestedTooDeep(Array.from({ length: 1_000 }, () => ({ a: [] })))).toBe(false);
    expect(isNestedTooDeep('text')).toBe(false);
    expect(isNestedTooDeep(undefined)).toBe(false);
  });
});

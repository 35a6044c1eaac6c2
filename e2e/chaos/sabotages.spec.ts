import { describe, expect, it } from 'vitest';
import { applyPatch } from './sabotaged-tree.js';
import { SABOTAGES } from './sabotages.js';

describe('a sabotage', () => {
  it('replaces every occurrence of its text, literally', () => {
    expect(applyPatch('a b a', { file: 'x.js', find: 'a', put: '$&' })).toBe('$& b $&');
  });

  it('fails loudly when its text is no longer there', () => {
    expect(() => applyPatch('b', { file: 'x.js', find: 'a', put: '' })).toThrow('x.js no longer holds "a"');
  });

  it('is there for each protocol that the design names', () => {
    expect(Object.keys(SABOTAGES)).toEqual([
      'no-epoch-guard',
      'acknowledged-early',
      'wake-by-not-exists',
      'sweep-off',
      'claim-not-awaited',
    ]);
  });
});

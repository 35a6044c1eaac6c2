import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextNumbers } from './text-numbers.js';

describe('numbers of texts', () => {
  it('are given in the order in which texts come, and kept', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(500).map(String));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 2_000 }), (texts) => {
        const numbers = new TextNumbers();
        const expected = new Map<string, number>();
        for (const one of texts) {
          if (!expected.has(one)) expected.set(one, expected.size);
          expect(numbers.numberOf(one)).toBe(expected.get(one));
        }
        expect(numbers.size).toBe(expected.size);
      }),
    );
  });

  it('begin anew when they are cleared', () => {
    const numbers = new TextNumbers();
    for (const texts of [['a', 'b', 'c'], ['c', 'd'], ['a']]) {
      numbers.clear();
      expect(texts.map((text) => numbers.numberOf(text))).toEqual(texts.map((_, number) => number));
      expect(numbers.size).toBe(texts.length);
    }
  });

  it('are apart where hashes are the same', () => {
    const numbers = new TextNumbers(() => -1);
    const texts = Array.from({ length: 600 }, (_, index) => String(index));
    for (let time = 0; time < 2; time += 1) {
      expect(texts.map((text) => numbers.numberOf(text))).toEqual(texts.map((_, number) => number));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { readableText } from './readable-text.js';

const text = (...bytes: number[]) => readableText(Uint8Array.from(bytes));

describe('bytes as text to look at', () => {
  it('are what they say where they are UTF-8, line ends and tabs included', () => {
    expect(readableText(new TextEncoder().encode('{"é": 1,\n\t"日": "🚗"}'))).toBe('{"é": 1,\n\t"日": "🚗"}');
  });

  it('show what has no shape of its own', () => {
    expect(text(0x61, 0x00, 0x1b, 0x7f, 0x62)).toBe('a␀␛\ufffdb');
    expect(text(0xef, 0xbb, 0xbf, 0x7b)).toBe('\ufeff{');
  });

  it('show what is no UTF-8 as such, a character that is cut off included', () => {
    expect(text(0xff, 0x61, 0xe2, 0x82)).toBe('\ufffda\ufffd');
  });
});

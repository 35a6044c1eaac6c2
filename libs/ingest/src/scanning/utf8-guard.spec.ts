import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utf8Guard } from './utf8-guard.js';

describe('Utf8Guard', () => {
  it('accepts any text, however its bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        const bytes = Buffer.from(text);
        const guard = new Utf8Guard();
        for (let at = 0; at < bytes.length; at += size) {
          expect(guard.push(bytes.subarray(at, at + size))).toBeUndefined();
        }
      }),
    );
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80], 1],
    ['an overlong form', [0x61, 0xc0, 0xaf], 1],
    ['half of a surrogate pair', [0x61, 0xed, 0xa0, 0x80], 1],
    ['a character that is cut short', [0x61, 0xe2, 0x82, 0x61], 1],
  ])('points at %s', (_, bytes, index) => {
    const at = new Utf8Guard().push(Buffer.from(bytes));
    expect(at).toBeGreaterThanOrEqual(index);
    expect(at).toBeLessThan(bytes.length);
  });

  it.each([0xc0, 0xc1, 0xf5, 0xff])('points exactly at a byte that begins no character: %i', (byte) => {
    expect(new Utf8Guard().push(Buffer.from([0x61, 0x62, byte, 0x63, 0x64]))).toBe(2);
    expect(new Utf8Guard().push(Buffer.from([0x61, byte]))).toBe(1);
  });
});

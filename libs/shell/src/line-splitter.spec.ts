import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

const split = (...chunks: (string | Uint8Array)[]) => {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string))), ...splitter.end()];
};

describe('LineSplitter', () => {
  it('gives lines as they end, whatever the chunks are', () => {
    expect(split('one\ntw', 'o\n\nthree')).toEqual(['one', 'two', '', 'three']);
    expect(split('a\r\nb\r', '\n')).toEqual(['a', 'b']);
    expect(split('')).toEqual([]);
  });

  it('gives the same lines however the bytes are cut into chunks', () => {
    const pieces = fc.array(fc.constantFrom('a', '€', '😀', '\n', '\r\n', '\r', ' ', '\0'), { maxLength: 40 });
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(pieces, sizes, (text, lengths) => {
        let rest = Buffer.from(text.join(''));
        const whole = split(rest);
        const chunks = lengths.map((length) => {
          const chunk = rest.subarray(0, length);
          rest = rest.subarray(length);
          return chunk;
        });
        expect(split(...chunks, rest)).toEqual(whole);
      }),
    );
  });

  it('puts a character together that was cut by a chunk, and replaces what is no UTF-8', () => {
    const euro = Buffer.from('€');
    expect(split(euro.subarray(0, 1), euro.subarray(1))).toEqual(['€']);
    expect(split(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xe2]))).toEqual(['a\ufffdb', '\ufffd']);
  });

  it('keeps of a progress bar what it shows at last', () => {
    expect(split('10 %\r50 %\r100 %\ndone\n')).toEqual(['100 %', 'done']);
  });

  it('cuts a line that has no end, never inside a character', () => {
    const lines = split('x'.repeat(8_191), '😀'.repeat(5_000));
    expect(lines.every((line) => line.length <= 8_192 && line.isWellFormed())).toBe(true);
    expect(lines.join('')).toBe('x'.repeat(8_191) + '😀'.repeat(5_000));
  });

  it('is given a flood of text without an end in time that grows with its length', () => {
    const splitter = new LineSplitter();
    let characters = 0;
    for (let chunk = 0; chunk < 200; chunk += 1) {
      for (const line of splitter.push(Buffer.alloc(65_536, 'y'))) characters += line.length;
    }
    for (const line of splitter.end()) characters += line.length;
    expect(characters).toBe(200 * 65_536);
  });
});

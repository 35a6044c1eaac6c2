import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { continues } from './continues.js';

const EARLIER = 'the bytes that were loaded';
const predecessor = { size: EARLIER.length, sha256: createHash('sha256').update(EARLIER).digest() };

/** In chunks of this size. */
async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

describe.each([1, 7, EARLIER.length, EARLIER.length + 1, 1_000])('in chunks of %i bytes', (size) => {
  it.each([
    [`${EARLIER}.`, true],
    [`${EARLIER} and a good deal more`, true],
    [EARLIER, false],
    [EARLIER.slice(0, -1), false],
    [`${EARLIER.replace('loaded', 'Loaded')} and more`, false],
    ['', false],
  ])('%j goes on where the earlier document ended: %s', async (text, expected) => {
    expect(await continues(chunksOf(text, size), predecessor)).toBe(expected);
  });
});

import { createHash } from 'node:crypto';
import type { Predecessor } from '../inbox/arrival.js';

/**
 * Whether a document begins with all the bytes of one that was loaded, and goes on behind them. Reads no further than
 * those.
 */
export async function continues(
  chunks: AsyncIterable<Buffer>,
  { size, sha256 }: Pick<Predecessor, 'size' | 'sha256'>,
): Promise<boolean> {
  const hash = createHash('sha256');
  let left = size;
  for await (const chunk of chunks) {
    hash.update(chunk.subarray(0, left));
    if (chunk.length > left) return hash.digest().equals(sha256);
    left -= chunk.length;
  }
  return false;
}

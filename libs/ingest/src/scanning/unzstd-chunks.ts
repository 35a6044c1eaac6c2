import { EarlyEndError } from './document.errors.js';
import { ExpansionBudget } from './expansion-budget.js';
import { ZstdDecoder } from './zstd-decoder.js';
import { isFrameAccepted } from './zstd-frame.js';

const NOTHING = Buffer.alloc(0);

/**
 * The bytes that zstd (RFC 8878) has packed, in one frame or several, in memory that does not grow with them: a window of 8 MiB
 * at most. Each chunk is overwritten by the next.
 * @throws EarlyEndError when the packed bytes end early, FileRefusedError when they are none, ask for more memory, or become
 * too many
 */
export async function* unzstdChunks(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const budget = new ExpansionBudget();
  const decoder = await ZstdDecoder.open();
  /** Too few bytes of the next frame to judge it. */
  let begun: Buffer = NOTHING;
  let insideFrame = false;
  try {
    for await (const chunk of packed) {
      budget.took(chunk.length);
      let rest = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
      begun = NOTHING;
      for (let hasMore = false; rest.length > 0 || hasMore;) {
        if (!insideFrame && !isFrameAccepted(rest)) {
          begun = Buffer.from(rest);
          break;
        }
        const step = decoder.step(rest);
        rest = rest.subarray(step.taken);
        insideFrame = !step.frameEnds;
        hasMore = step.hasMore;
        budget.gave(step.given.length);
        if (step.given.length > 0) yield step.given;
      }
    }
    if (insideFrame || begun.length > 0) throw new EarlyEndError({ offset: budget.packed, inPacked: true });
  } finally {
    decoder.close();
  }
}

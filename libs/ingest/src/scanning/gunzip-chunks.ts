import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EarlyEndError, FileRefusedError } from './document.errors.js';
import { ExpansionBudget } from './expansion-budget.js';
import { hasCode } from '../inbox/system-error.js';

/**
 * The bytes that gzip (RFC 1952) has packed, in memory that does not grow with them.
 * @throws EarlyEndError when the packed bytes end early, FileRefusedError when they are none or become too many
 */
export async function* gunzipChunks(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const budget = new ExpansionBudget();
  const gunzip = createGunzip();
  const source = Readable.from(copies(packed, budget));
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      budget.gave(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw toRefusal(error, budget.packed);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** Each chunk is overwritten by the next, before zlib has taken it. */
async function* copies(chunks: AsyncIterable<Buffer>, budget: ExpansionBudget): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    budget.took(chunk.length);
    yield Buffer.from(chunk);
  }
}

function toRefusal(error: unknown, offset: number): unknown {
  if (hasCode(error, 'Z_BUF_ERROR')) return new EarlyEndError({ offset, inPacked: true });
  if (!hasCode(error, 'Z_DATA_ERROR')) return error;
  const message = `The file is named .gz and is no gzip (${(error as Error).message}). Pack it again, or name it by what it is.`;
  return new FileRefusedError('MR_GZIP_INVALID', message, {}, { cause: error });
}

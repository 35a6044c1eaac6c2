import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EarlyEndError, expandsTooFar, FileRefusedError } from './document.errors.js';
import { hasCode } from '../inbox/system-error.js';

/** Bytes up to which any file may expand. */
const ANY_RATIO_BYTES = 64 * 1024 * 1024;
/** Beyond: bytes that a byte may become. JSON of telemetry comes to 10 to 40, deflate at most to 1,032. */
const MOST_EXPANSION = 200;

/** Whether a file of this name is taken for gzip (RFC 1952). */
export function isGzip(name: string): boolean {
  return name.endsWith('.gz');
}

/**
 * The bytes that gzip has packed, in memory that does not grow with them.
 * @throws EarlyEndError when the packed bytes end early, FileRefusedError when they are none or become too many
 */
export async function* gunzipChunks(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const passed = { in: 0, out: 0 };
  const gunzip = createGunzip();
  const source = Readable.from(copies(packed, passed));
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      passed.out += chunk.length;
      if (passed.out > ANY_RATIO_BYTES && passed.out > passed.in * MOST_EXPANSION) throw expandsTooFar(MOST_EXPANSION);
      yield chunk;
    }
  } catch (error) {
    throw toRefusal(error, passed.in);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** Each chunk is overwritten by the next, before zlib has taken it. */
async function* copies(chunks: AsyncIterable<Buffer>, passed: { in: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    passed.in += chunk.length;
    yield Buffer.from(chunk);
  }
}

function toRefusal(error: unknown, offset: number): unknown {
  if (hasCode(error, 'Z_BUF_ERROR')) return new EarlyEndError({ offset });
  if (!hasCode(error, 'Z_DATA_ERROR')) return error;
  const message = `The file is named .gz and is no gzip (${(error as Error).message}). Pack it again, or name it by what it is.`;
  return new FileRefusedError('MR_GZIP_INVALID', message, {}, { cause: error });
}

import { read } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK_BYTES = 256 * 1024;

const readInto = promisify(read);

/**
 * The bytes of an open file from its start. Each chunk is overwritten by the next.
 * @param size bytes that are expected: a small file takes no large chunk
 */
export async function* fileChunks(descriptor: number, size = Infinity): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(size + 1, CHUNK_BYTES));
  let position = 0;
  for (;;) {
    const { bytesRead } = await readInto(descriptor, buffer, 0, buffer.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

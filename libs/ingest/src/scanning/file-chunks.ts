import { read, readSync } from 'node:fs';
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
    const bytesRead = await readNext(descriptor, buffer, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A small file is read at once: sent to another thread that takes several times as long. */
async function readNext(descriptor: number, buffer: Buffer, position: number): Promise<number> {
  if (buffer.length < CHUNK_BYTES) return readSync(descriptor, buffer, 0, buffer.length, position);
  return (await readInto(descriptor, buffer, 0, buffer.length, position)).bytesRead;
}

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync, write as writeBytes } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bytesUpTo } from './bytes-up-to.js';

const write = promisify(writeBytes);

/**
 * Writes bytes as they come to a file that has no name, so that no kill leaves it behind; gives its descriptor, for the
 * caller to close.
 * @param folder created when it is not there
 * @param maxBytes counted while they come
 * @throws FileTooLargeError, what the source throws, the system's error
 */
export async function writeUnnamed(
  folder: string,
  bytes: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${randomUUID()}.upload`);
  const descriptor = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    let size = 0;
    for await (const chunk of bytesUpTo(maxBytes, bytes)) {
      for (let from = 0; from < chunk.length;) {
        const { bytesWritten } = await write(descriptor, chunk, from, chunk.length - from, size);
        from += bytesWritten;
        size += bytesWritten;
      }
    }
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

import { FileTooLargeError } from './upload.errors.js';

/** Bytes as they come. @throws FileTooLargeError as soon as they are more than so many */
export async function* bytesUpTo(maxBytes: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxBytes) throw new FileTooLargeError(maxBytes);
    yield chunk;
  }
}

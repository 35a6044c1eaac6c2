const CHUNK_BYTES = 64 * 1024;

/**
 * Bytes in chunks, each overwritten by the next, as a file is read.
 * @param sizes of the chunks in turn, in bytes. @default 64 KiB each
 */
export async function* cutBytes(bytes: Buffer, sizes: readonly number[] = []): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let at = 0;
  for (let n = 0; at < bytes.length; n += 1) {
    const taken = bytes.copy(chunk, 0, at, at + (sizes[n % Math.max(1, sizes.length)] ?? CHUNK_BYTES));
    at += taken;
    yield chunk.subarray(0, taken);
  }
}

/** What comes of bytes that are read in such chunks. */
export async function throughChunks(
  read: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
  bytes: Buffer,
  sizes?: readonly number[],
): Promise<Buffer> {
  const given: Buffer[] = [];
  for await (const chunk of read(cutBytes(bytes, sizes))) given.push(Buffer.from(chunk));
  return Buffer.concat(given);
}

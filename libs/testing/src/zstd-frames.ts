/** What a block may hold at most (RFC 8878, 3.1.1.2.4). */
const BLOCK_BYTES = 128 * 1024;
const AS_IT_STANDS = 0;
const ONE_BYTE_REPEATED = 1;

/**
 * A zstd frame that holds these bytes as they stand, made by hand: Node has no zstd before 22.15.
 * @param windowLog binary logarithm of the window that it asks for, 10 to 41
 */
export function zstdFrame(content: Uint8Array, windowLog = 17): Buffer {
  const starts = Array.from(
    { length: Math.max(1, Math.ceil(content.length / BLOCK_BYTES)) },
    (_, n) => n * BLOCK_BYTES,
  );
  const blocks = starts.flatMap((start) => {
    const part = content.subarray(start, start + BLOCK_BYTES);
    return [blockHeader(AS_IT_STANDS, part.length, start + BLOCK_BYTES >= content.length), part];
  });
  return Buffer.concat([frameHeader(windowLog), ...blocks]);
}

/** A frame of one byte repeated this many times, in as few bytes as zstd knows. */
export function zstdRun(byte: number, times: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(times / BLOCK_BYTES) }, (_, n) => {
    const left = times - n * BLOCK_BYTES;
    return [blockHeader(ONE_BYTE_REPEATED, Math.min(left, BLOCK_BYTES), left <= BLOCK_BYTES), Buffer.from([byte])];
  });
  return Buffer.concat([frameHeader(17), ...blocks.flat()]);
}

/** A frame that every reader passes over. */
export function zstdSkippable(content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a53, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

function frameHeader(windowLog: number): Buffer {
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3]);
}

function blockHeader(type: number, size: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | Number(isLast), 0, 3);
  return header;
}

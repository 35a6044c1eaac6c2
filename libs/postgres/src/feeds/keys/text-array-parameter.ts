const OID_TEXT = 25;
/** Dimensions, whether there are nulls, and the elements' type; of one dimension, its length and its first index. */
const HEAD_BYTES = 20;
const EMPTY_HEAD_BYTES = 12;

/**
 * Texts as a parameter of type `text[]`, in PostgreSQL's binary format, which `pg` sends as it is. The text that it makes of an array
 * itself leaves 260 bytes of garbage for each name.
 */
export function textArrayParameter(texts: readonly string[]): Buffer {
  if (texts.length === 0) return headOf(Buffer.alloc(EMPTY_HEAD_BYTES), 0);
  const bytes = headOf(Buffer.allocUnsafeSlow(texts.reduce(addLength, HEAD_BYTES)), 1);
  bytes.writeInt32BE(texts.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEAD_BYTES;
  for (const text of texts) {
    const written = bytes.write(text, at + 4);
    bytes.writeInt32BE(written, at);
    at += 4 + written;
  }
  return bytes;
}

function headOf(bytes: Buffer, dimensions: number): Buffer {
  bytes.writeInt32BE(dimensions, 0);
  bytes.writeInt32BE(0, 4);
  bytes.writeInt32BE(OID_TEXT, 8);
  return bytes;
}

function addLength(sum: number, text: string): number {
  return sum + 4 + Buffer.byteLength(text);
}

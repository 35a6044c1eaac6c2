import type { ClaimedFile } from '../inbox/claimed-file.js';
import type { Excerpt, Place } from '../scanning/document.errors.js';
import { isPacked } from '../scanning/packing.js';
import { documentOf } from './document-of.js';

/** Bytes that are shown on either side of a fault, at most. */
const AROUND = 256;
/** As many bytes may follow the first one of a character. */
const MOST_CONTINUING = 3;

/**
 * The bytes of a document around a fault, those of a packed file as they are unpacked: it is read up to there once more.
 * Undefined where the fault has no place in the document, or the bytes cannot be had: what is said of the fault stands without them.
 */
export async function readAround(
  file: ClaimedFile,
  name: string,
  { offset, inPacked }: Place,
  signal: AbortSignal,
): Promise<Excerpt | undefined> {
  if (offset === undefined || inPacked === true) return undefined;
  const [from, to] = [Math.max(0, offset - AROUND), offset + AROUND];
  const bytes = isPacked(name) ? await cut(documentOf(file, name), from, to, signal) : readable(file, from, to);
  const skipped = continuingBytes(bytes.subarray(0, offset - from));
  const whole = bytes.subarray(skipped, bytes.length < to - from ? undefined : -unfinishedBytes(bytes) || undefined);
  return whole.length === 0 ? undefined : { offset: from + skipped, bytes: whole };
}

function readable(file: ClaimedFile, from: number, to: number): Buffer {
  try {
    return file.read(from, to);
  } catch {
    // A disk that fails by now.
    return Buffer.alloc(0);
  }
}

/** What lies between two offsets of the chunks, as far as it comes to that. */
async function cut(chunks: AsyncIterable<Buffer>, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
  const kept: Buffer[] = [];
  let position = 0;
  try {
    for await (const chunk of chunks) {
      // Each chunk is overwritten by the next.
      if (position + chunk.length > from)
        kept.push(Buffer.from(chunk.subarray(Math.max(0, from - position), to - position)));
      position += chunk.length;
      if (position >= to || signal.aborted) break;
    }
  } catch {
    // What cannot be unpacked any further ends here, as it did for the load.
  }
  return Buffer.concat(kept);
}

/** How many bytes at the start belong to a character before it. */
function continuingBytes(bytes: Buffer): number {
  return Math.max(
    0,
    bytes.subarray(0, MOST_CONTINUING + 1).findIndex((byte) => !continues(byte)),
  );
}

/** How many bytes at the end belong to a character that goes on behind it. */
function unfinishedBytes(bytes: Buffer): number {
  const first = bytes.findLastIndex((byte) => !continues(byte));
  const there = bytes.length - first;
  return there < lengthOf(bytes[first] ?? 0) ? there : 0;
}

/** Whether a byte of UTF-8 goes on with a character. */
function continues(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Bytes of the character that begins with this one. */
function lengthOf(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

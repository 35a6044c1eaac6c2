import { isUtf8 } from 'node:buffer';

const NOTHING: Buffer = Buffer.alloc(0);

/** Checks that bytes which come in chunks are UTF-8 (RFC 3629), also where a character is cut in two. */
export class Utf8Guard {
  private tail = NOTHING;

  /** Takes the next chunk. Gives the index in it of the first byte that is wrong; undefined when there is none. */
  push(chunk: Buffer): number | undefined {
    const begun = this.tail.length;
    const bytes = begun === 0 ? chunk : Buffer.concat([this.tail, chunk]);
    const whole = bytes.length - unfinished(bytes);
    const wrong = isUtf8(bytes.subarray(0, whole)) ? undefined : firstWrong(bytes.subarray(0, whole));
    this.tail = whole === bytes.length ? NOTHING : Buffer.from(bytes.subarray(whole));
    return wrong === undefined ? undefined : Math.max(0, wrong - begun);
  }
}

/** How many bytes at the end begin a character that goes on in the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0;
  }
  return 0;
}

/** Bytes of the character that begins with this one; 0 of one that can begin none: it is wrong, whatever follows. */
function lengthOf(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** The longest prefix that is UTF-8, by halving: a prefix cut inside a character counts as good. */
function firstWrong(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - unfinished(prefix)))) good = middle;
    else bad = middle;
  }
  return bad - 1;
}

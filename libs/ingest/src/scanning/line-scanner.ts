import { ByteOrderMark } from './byte-order-mark.js';
import { EarlyEndError, notUtf8, oversizedRecord } from './document.errors.js';
import { isSpace, NEWLINE } from './json-bytes.js';
import { measureJson } from './json-measure.js';
import type { RawRecord } from './raw-record.js';
import { Utf8Guard } from './utf8-guard.js';

/**
 * Finds the records of a document that has one a line (NDJSON, JSON Lines: https://jsonlines.org), in chunks of any size.
 * Empty lines are passed over. Memory holds the line in hand. What a line holds is for the caller to judge: a bad one harms
 * no other.
 */
export class LineScanner {
  private readonly mark = new ByteOrderMark();
  private readonly utf8 = new Utf8Guard();
  private offset = 0;
  private line = 1;
  private index = 0;
  /** Of the line in hand, from earlier chunks. */
  private held: Buffer[] = [];
  private heldBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * Takes the next chunk; gives the records of the lines that end in it. Their bytes may be views of the chunk: use them
   * before it is overwritten.
   * @throws FileRefusedError when a byte is not UTF-8, or a line is too long
   */
  push(chunk: Buffer): RawRecord[] {
    const wrong = this.utf8.push(chunk);
    if (wrong !== undefined) {
      const line = this.line + chunk.subarray(0, wrong).filter((byte) => byte === NEWLINE).length;
      throw notUtf8(chunk[wrong] ?? 0, { offset: this.offset + wrong, line });
    }
    const found: RawRecord[] = [];
    let from = this.mark.skip(chunk);
    for (let end = chunk.indexOf(NEWLINE, from); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.take(chunk, from, end, found);
      this.line += 1;
      from = end + 1;
    }
    if (from < chunk.length) this.hold(chunk.subarray(from));
    this.offset += chunk.length;
    return found;
  }

  /**
   * Says that there are no more bytes. Gives the record of a last line that no newline ends.
   * @throws EarlyEndError when that line breaks off, or there was none at all
   */
  end(): RawRecord[] {
    const found: RawRecord[] = [];
    if (this.offset === 0) throw new EarlyEndError({ offset: 0, line: 1 });
    this.take(Buffer.alloc(0), 0, 0, found);
    const [last] = found;
    if (last && !isJson(last.bytes)) throw new EarlyEndError({ offset: this.offset, line: this.line });
    return found;
  }

  private take(chunk: Buffer, from: number, end: number, found: RawRecord[]): void {
    const ends = this.offset + end;
    if (this.heldBytes + end - from > this.maxBytes)
      throw oversizedRecord(this.maxBytes, this.place(ends - this.heldBytes));
    const part = chunk.subarray(from, end);
    const whole = this.held.length === 0 ? part : Buffer.concat([...this.held, part]);
    this.held = [];
    this.heldBytes = 0;
    const [first, last] = trimmed(whole);
    if (first === last) return;
    const bytes = whole.subarray(first, last);
    const offset = ends - whole.length + first;
    found.push({ index: this.index, path: [this.index], offset, line: this.line, bytes, ...measureJson(bytes) });
    this.index += 1;
  }

  private hold(part: Buffer): void {
    this.held.push(Buffer.from(part));
    this.heldBytes += part.length;
    if (this.heldBytes > this.maxBytes) throw oversizedRecord(this.maxBytes, this.place(this.offset));
  }

  private place(offset: number): { offset: number; line: number } {
    return { offset, line: this.line };
  }
}

/** From the first byte that is no space to the one behind the last. */
function trimmed(bytes: Buffer): [first: number, last: number] {
  let [first, last] = [0, bytes.length];
  while (first < last && isSpace(bytes[first] ?? 0)) first += 1;
  while (last > first && isSpace(bytes[last - 1] ?? 0)) last -= 1;
  return [first, last];
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

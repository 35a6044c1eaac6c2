import { EarlyEndError } from './document.errors.js';
import { isSpace, NEWLINE } from './json-bytes.js';
import { measureJson } from './json-measure.js';
import { type Piece, PieceCutter } from './piece-cutter.js';
import type { RawRecord } from './raw-record.js';

/**
 * Finds the records of a document that has one a line (NDJSON, JSON Lines: https://jsonlines.org), in chunks of any size.
 * Empty lines are passed over. What a line holds is for the caller to judge: a bad one harms no other.
 */
export class LineScanner {
  private readonly cutter: PieceCutter;
  private index = 0;

  constructor(maxBytes: number) {
    this.cutter = new PieceCutter(maxBytes, (chunk, from) => chunk.indexOf(NEWLINE, from));
  }

  /**
   * Takes the next chunk; gives the records of the lines that end in it. Their bytes may be views of the chunk: use them
   * before it is overwritten.
   * @throws FileRefusedError when a byte is not UTF-8, or a line is too long: by the next call, when records are given first
   */
  push(chunk: Buffer): RawRecord[] {
    return this.cutter.push(chunk).flatMap((line) => this.toRecord(line) ?? []);
  }

  /**
   * Says that there are no more bytes. Gives the record of a last line that no newline ends.
   * @throws EarlyEndError when that line breaks off, or there was none at all; FileRefusedError as `push`
   */
  end(): RawRecord[] {
    const rest = this.cutter.end();
    const { place } = this.cutter;
    if (place.offset === 0) throw new EarlyEndError({ offset: 0, line: 1 });
    const last = this.toRecord(rest);
    if (last && !isJson(last.bytes)) throw new EarlyEndError(place);
    return last ? [last] : [];
  }

  private toRecord({ bytes: whole, offset, line }: Piece): RawRecord | undefined {
    const [first, last] = trimmed(whole);
    if (first === last) return undefined;
    const bytes = whole.subarray(first, last);
    const { index } = this;
    this.index += 1;
    return { index, path: [index], offset: offset + first, line, bytes, ...measureJson(bytes) };
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

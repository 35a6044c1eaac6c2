import { ByteOrderMark } from './byte-order-mark.js';
import {
  EarlyEndError,
  missingRecords,
  notUtf8,
  oversizedRecord,
  recordsTwice,
  syntaxError,
  tooDeep,
  type FileRefusedError,
} from './document.errors.js';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isSpace,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-bytes.js';
import { JsonEnvelope, MAX_DEPTH } from './json-envelope.js';
import { measureJson } from './json-measure.js';
import { LateRefusal } from './late-refusal.js';
import { PathFollower } from './path-follower.js';
import type { RawRecord } from './raw-record.js';
import { completeBudgets } from '../feeds/record-budgets.js';
import type { ReadRecord } from '../records/record-reader.js';
import { toPointer, type RecordsPath } from '../feeds/records-path.js';
import { Utf8Guard } from './utf8-guard.js';

/** Inside the records' array: before a value, in one (nested or a lone scalar), or after one. */
type Within = 'value-or-end' | 'value' | 'nested' | 'scalar' | 'comma-or-end';

/**
 * Finds the records in a JSON document that comes in chunks of any size: the elements of the array at the path, or of
 * the document where that is an array itself; a document that is an object without the path may be one record alone.
 *
 *     around ──records begin──▶ within the array ──its bracket closes──▶ around ──▶ end
 *
 * Memory holds the record in hand and nothing else, however long the document. Around the records every byte is
 * checked here; a record is cut where its brackets balance, and JSON.parse of the cut, which the caller does, proves
 * the rest: a valid value ends nowhere else. Accepts exactly the documents JSON.parse accepts, except that a byte order
 * mark may come first, the records must be there once, depth around them is limited to `MAX_DEPTH`, a record to `maxBytes`.
 */
export class RecordScanner<Read extends ReadRecord = never> {
  private readonly mark = new ByteOrderMark();
  private readonly utf8 = new Utf8Guard();
  private readonly late = new LateRefusal();
  private readonly envelope = new JsonEnvelope();
  private readonly follower: PathFollower;
  private within: Within | undefined;
  private offset = 0;
  private line = 1;
  private index = 0;

  // The element in hand.
  private depth = 0;
  private inString = false;
  private escaped = false;
  private start = 0;
  private startLine = 1;
  private held: Buffer[] = [];
  private members = 0;
  private deepest = 0;

  /** The document so far, while it may be one record alone. */
  private whole: Buffer[] | undefined = [];

  /** @param reader takes records as they stand; those it is unsure of are cut */
  constructor(
    private readonly path: RecordsPath,
    private readonly maxBytes = completeBudgets().bytes,
    private readonly reader?: { read(bytes: Buffer, at: number): Read | undefined },
  ) {
    this.follower = new PathFollower(path);
  }

  /**
   * Takes the next chunk; gives the elements that end in it. Their bytes are views of the chunk: use them before it
   * is overwritten.
   * @throws FileRefusedError where the document is wrong: by the next call, when elements before that place are given first
   */
  push(chunk: Buffer): (RawRecord | Read)[] {
    const wrong = this.utf8.push(chunk);
    return this.late.throwBehind((found) => {
      if (wrong === undefined) return this.read(chunk, found);
      const refusal = this.notUtf8(chunk, wrong);
      this.read(chunk.subarray(0, wrong), found);
      throw refusal;
    });
  }

  /**
   * Says that there are no more bytes. Gives the document itself when it is an object that has no array of records.
   * @throws EarlyEndError when the document is not complete
   * @throws FileRefusedError when it is, and holds no record
   */
  end(): RawRecord | undefined {
    this.late.throwNow();
    if (this.within || !this.envelope.closed) throw new EarlyEndError({ offset: this.offset, line: this.line });
    if (this.follower.found) return undefined;
    if (!this.whole) throw missingRecords(toPointer(this.path), this.place(0));
    const document = Buffer.concat(this.whole);
    const offset = document.indexOf(OPEN_BRACE);
    const bytes = document.subarray(offset, document.lastIndexOf(CLOSE_BRACE) + 1);
    return {
      index: 0,
      path: [],
      offset,
      line: 1 + newlinesIn(document.subarray(0, offset)),
      bytes,
      ...measureJson(bytes),
    };
  }

  private read(chunk: Buffer, found: (RawRecord | Read)[]): void {
    let at = this.mark.skip(chunk);
    while (at < chunk.length) {
      at = this.within ? this.readWithin(chunk, at, found) : this.readAround(chunk, at);
    }
    if (this.within === 'nested' || this.within === 'scalar') this.hold(chunk);
    this.offset += chunk.length;
    this.keepWhole(chunk);
  }

  private readAround(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const event = this.envelope.step(byte);
      if (event === 'wrong') throw this.syntax(chunk, at);
      if (event === 'too-deep') throw tooDeep(MAX_DEPTH, this.place(at));
      if (byte === NEWLINE) this.line += 1;
      switch (this.follower.step(byte, event, this.envelope.depth)) {
        case 'records-begin':
          this.within = 'value-or-end';
          return at + 1;
        case 'not-records':
          throw missingRecords(toPointer(this.path), this.place(at));
        case 'twice':
          throw recordsTwice(toPointer(this.path), this.place(at));
        case undefined:
      }
    }
    return chunk.length;
  }

  /** Reads on to the end of the element in hand, of the space before the next, or of the array. */
  private readWithin(chunk: Buffer, at: number, found: (RawRecord | Read)[]): number {
    if (this.within === 'nested') return this.readNested(chunk, at, found);
    const byte = chunk[at] ?? 0;
    if (this.within === 'scalar') {
      if (!isSpace(byte) && byte !== COMMA && byte !== CLOSE_BRACKET) return at + 1;
      found.push(this.cut(chunk, at));
      return at;
    }
    if (isSpace(byte)) {
      if (byte === NEWLINE) this.line += 1;
      return at + 1;
    }
    if (byte === CLOSE_BRACKET && this.within !== 'value') {
      this.within = undefined;
      this.envelope.skippedArray();
      return at + 1;
    }
    if (this.within === 'comma-or-end') {
      if (byte !== COMMA) throw this.syntax(chunk, at);
      this.within = 'value';
      return at + 1;
    }
    return this.readWhole(chunk, at, found) ?? this.beginElement(chunk, at);
  }

  /** Reads a record that ends in this chunk; gives the index behind it, undefined when it must be cut. */
  private readWhole(chunk: Buffer, at: number, found: (RawRecord | Read)[]): number | undefined {
    const read = this.reader?.read(chunk, at);
    if (!read) return undefined;
    found.push(read);
    this.line += read.newlines;
    this.index += 1;
    this.within = 'comma-or-end';
    return read.end;
  }

  private beginElement(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE) throw this.syntax(chunk, at);
    this.start = this.offset + at;
    this.startLine = this.line;
    this.depth = 0;
    this.deepest = 0;
    this.members = 0;
    this.within = byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === QUOTE ? 'nested' : 'scalar';
    return this.within === 'nested' ? at : at + 1;
  }

  /** The hot loop: every byte of every record passes here once. */
  private readNested(chunk: Buffer, from: number, found: (RawRecord | Read)[]): number {
    let { depth, deepest, members, inString, escaped, line } = this;
    let at = from;
    let ended = false;
    for (; at < chunk.length && !ended; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          ended = depth === 0;
        }
      } else if (byte === QUOTE) inString = true;
      else if (byte === COLON) members += 1;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
        if (depth > deepest) deepest = depth;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        ended = depth === 0;
      } else if (byte === NEWLINE) line += 1;
    }
    this.depth = depth;
    this.deepest = deepest;
    this.members = members;
    this.inString = inString;
    this.escaped = escaped;
    this.line = line;
    if (ended) found.push(this.cut(chunk, at));
    return at;
  }

  /** The element in hand, which ends before this index of the chunk. */
  private cut(chunk: Buffer, end: number): RawRecord {
    const tail = chunk.subarray(Math.max(0, this.start - this.offset), end);
    const bytes = this.held.length === 0 ? tail : Buffer.concat([...this.held, tail]);
    this.held = [];
    this.within = 'comma-or-end';
    this.refuseOversized(bytes.length);
    const index = this.index++;
    const { start: offset, startLine: line, members, deepest: depth } = this;
    return { index, offset, line, path: [...this.follower.arrayPath, index], bytes, members, depth };
  }

  /** Keeps a copy of the element's bytes in this chunk: the caller may overwrite it. */
  private hold(chunk: Buffer): void {
    this.held.push(Buffer.from(chunk.subarray(Math.max(0, this.start - this.offset))));
    this.refuseOversized(this.offset + chunk.length - this.start);
  }

  /** Keeps a copy of the chunk as long as no array of records was met, and the document is no longer than a record may be. */
  private keepWhole(chunk: Buffer): void {
    if (this.follower.found || this.offset > this.maxBytes) this.whole = undefined;
    this.whole?.push(Buffer.from(chunk));
  }

  private refuseOversized(bytes: number): void {
    if (bytes > this.maxBytes) {
      const pointer = toPointer([...this.follower.arrayPath, this.index]);
      throw oversizedRecord(this.maxBytes, { offset: this.start, line: this.startLine, pointer });
    }
  }

  private syntax(chunk: Buffer, at: number): FileRefusedError {
    return syntaxError(chunk[at] ?? 0, this.envelope.closed, this.place(at));
  }

  private notUtf8(chunk: Buffer, at: number): FileRefusedError {
    const line = this.line + newlinesIn(chunk.subarray(0, at));
    return notUtf8(chunk[at] ?? 0, { offset: this.offset + at, line });
  }

  private place(at: number): { offset: number; line: number } {
    return { offset: this.offset + at, line: this.line };
  }
}

function newlinesIn(bytes: Buffer): number {
  return bytes.filter((byte) => byte === NEWLINE).length;
}

import { ByteOrderMark } from './byte-order-mark.js';
import { notUtf8, oversizedRecord, refuseWideText, type Place } from './document.errors.js';
import { NEWLINE } from './json-bytes.js';
import { LateRefusal } from './late-refusal.js';
import { Utf8Guard } from './utf8-guard.js';

/** Bytes that a newline ends, without it, and where they stand. */
export interface Piece {
  readonly bytes: Buffer;
  /** Byte offset in the document, from 0. */
  readonly offset: number;
  /** Line of that byte, from 1. */
  readonly line: number;
}

/**
 * Index of the newline that ends the piece in hand, which goes on at `from`; -1 when it goes on behind the chunk. Asked
 * for all bytes of a document one after the other.
 */
export type FindEnd = (chunk: Buffer, from: number) => number;

/** Cuts a text that comes in chunks of any size into pieces. Memory holds the piece in hand. */
export class PieceCutter {
  private readonly mark = new ByteOrderMark();
  private readonly utf8 = new Utf8Guard();
  private readonly late = new LateRefusal();
  private offset = 0;
  private line = 1;
  /** Of the piece in hand, from earlier chunks. */
  private held: Buffer[] = [];
  private heldBytes = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly findEnd: FindEnd,
  ) {}

  /** Where the bytes end so far. */
  get place(): Place & { offset: number } {
    return { offset: this.offset, line: this.line };
  }

  /**
   * Takes the next chunk; gives the pieces that end in it, empty ones too. Their bytes may be views of the chunk: use them
   * before it is overwritten.
   * @throws FileRefusedError when a byte is not UTF-8, the text is of wider characters, or a piece is too long: by the next call,
   * when pieces before that place are given first
   */
  push(chunk: Buffer): Piece[] {
    const wrong = this.utf8.push(chunk);
    return this.late.throwBehind((pieces) => {
      if (wrong === undefined) return this.cut(chunk, pieces);
      const line = this.line + newlinesIn(chunk.subarray(0, wrong));
      const refusal = notUtf8(chunk[wrong] ?? 0, { offset: this.offset + wrong, line });
      this.cut(chunk.subarray(0, wrong), pieces);
      throw refusal;
    });
  }

  /** Says that there are no more bytes. Gives what no newline ends; it may be empty. */
  end(): Piece {
    this.late.throwNow();
    return this.take(Buffer.alloc(0), this.offset);
  }

  private cut(chunk: Buffer, pieces: Piece[]): void {
    refuseWideText(chunk, this.place);
    let from = this.mark.skip(chunk);
    for (let end = this.findEnd(chunk, from); end !== -1; end = this.findEnd(chunk, from)) {
      pieces.push(this.take(chunk.subarray(from, end), this.offset + end));
      this.line += 1;
      from = end + 1;
    }
    if (from < chunk.length) this.hold(chunk.subarray(from), this.offset + chunk.length);
    this.offset += chunk.length;
  }

  private take(part: Buffer, ends: number): Piece {
    const length = this.heldBytes + part.length;
    const [offset, line] = [ends - length, this.line];
    if (length > this.maxBytes) throw oversizedRecord(this.maxBytes, { offset, line });
    const bytes = this.held.length === 0 ? part : Buffer.concat([...this.held, part]);
    this.held = [];
    this.heldBytes = 0;
    this.line += newlinesIn(bytes);
    return { bytes, offset, line };
  }

  private hold(part: Buffer, ends: number): void {
    this.held.push(Buffer.from(part));
    this.heldBytes += part.length;
    if (this.heldBytes > this.maxBytes) {
      throw oversizedRecord(this.maxBytes, { offset: ends - this.heldBytes, line: this.line });
    }
  }
}

/** How many newlines there are. */
export function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

import { NEWLINE, QUOTE } from './json-bytes.js';

/** Where one stands between the quotes of a record (RFC 4180). */
type Standing = 'field-begins' | 'plain' | 'quoted' | 'quote-ends';

/**
 * Follows the quotes of a CSV document byte by byte: a quote opens a field only where the field begins, two in it stand for
 * one, and a newline within quotes ends no record.
 */
export class CsvQuotes {
  private standing: Standing = 'field-begins';
  /** In the chunk in hand: before it, newlines are found at once. -1 when it was not looked for. */
  private nextQuote = -1;

  /** @param delimiter the byte between two fields */
  constructor(private readonly delimiter: number) {}

  /** Whether the next byte is the first of a field. */
  get atFieldStart(): boolean {
    return this.standing === 'field-begins';
  }

  /** Whether a field is open that quotes go around. */
  get isOpen(): boolean {
    return this.standing === 'quoted';
  }

  /** Whether the next byte may be this one. */
  takes(byte: number): boolean {
    if (this.standing === 'plain') return byte !== QUOTE;
    return this.standing !== 'quote-ends' || byte === QUOTE || byte === this.delimiter || byte === NEWLINE;
  }

  /** Index of the newline that ends the record in hand, from here; -1 when it goes on behind the chunk. */
  findEnd(chunk: Buffer, from: number): number {
    const end = this.endIn(chunk, from);
    if (end === -1) this.nextQuote = -1;
    return end;
  }

  /** Takes one byte; gives whether it ends the record. */
  step(byte: number): boolean {
    if (byte === QUOTE) {
      if (this.standing === 'quoted') this.standing = 'quote-ends';
      else if (this.standing !== 'plain') this.standing = 'quoted';
      return false;
    }
    if (this.standing === 'quoted') return false;
    this.standing = byte === this.delimiter || byte === NEWLINE ? 'field-begins' : 'plain';
    return byte === NEWLINE;
  }

  private endIn(chunk: Buffer, from: number): number {
    const newline = chunk.indexOf(NEWLINE, from);
    if (!this.isOpen && this.quoteFrom(chunk, from) > (newline === -1 ? chunk.length : newline)) {
      this.pass(chunk.subarray(from, newline === -1 ? chunk.length : newline + 1));
      return newline;
    }
    for (let at = from; at < chunk.length; at++) {
      if (this.step(chunk[at] ?? 0)) return at;
    }
    return -1;
  }

  /** Takes bytes outside of quotes among which is none: the last says it all. */
  private pass(bytes: Buffer): void {
    const last = bytes.at(-1);
    if (last !== undefined) this.step(last);
  }

  private quoteFrom(chunk: Buffer, from: number): number {
    if (this.nextQuote < from) {
      const found = chunk.indexOf(QUOTE, from);
      this.nextQuote = found === -1 ? Infinity : found;
    }
    return this.nextQuote;
  }
}

/** Index of the first byte that quotes do not allow: a quote within a field, or what follows a closing one; -1: none. */
export function misplacedAt(record: Buffer, delimiter: string): number {
  const quotes = new CsvQuotes(delimiter.charCodeAt(0));
  return record.findIndex((byte) => {
    const isMisplaced = !quotes.takes(byte);
    quotes.step(byte);
    return isMisplaced;
  });
}

/** Index of the first byte of each field of a record. */
export function fieldStarts(record: Buffer, delimiter: string): number[] {
  const quotes = new CsvQuotes(delimiter.charCodeAt(0));
  const starts = [0];
  for (const [at, byte] of record.entries()) {
    quotes.step(byte);
    if (quotes.atFieldStart) starts.push(at + 1);
  }
  return starts;
}

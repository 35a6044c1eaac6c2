import type { RecordBudgets } from '../feeds/record-budgets.js';
import { csvFields, type CsvFields } from './csv-fields.js';
import { type CsvHeader, readHeader } from './csv-header.js';
import { CsvQuotes, fieldStarts, misplacedAt } from './csv-quotes.js';
import { EarlyEndError, FileRefusedError } from './document.errors.js';
import { RETURN } from './json-bytes.js';
import { newlinesIn, type Piece, PieceCutter } from './piece-cutter.js';
import type { RawRecord } from './raw-record.js';

/** A record of a CSV document. */
export interface CsvRecord extends RawRecord {
  readonly fields: CsvFields;
  readonly header: CsvHeader;
}

export interface CsvOptions {
  /** One character of ASCII. */
  readonly delimiter: string;
  /** Columns that the header must name. */
  readonly required: readonly string[];
  readonly budgets: Required<RecordBudgets>;
}

/**
 * Finds the records of a CSV document (RFC 4180) whose first record names the columns, in chunks of any size. Lines end in LF
 * or CR LF; empty ones are passed over. What a record holds is for the caller to judge: a bad one harms no other, but for a quote that is
 * never closed.
 */
export class CsvScanner {
  private readonly quotes: CsvQuotes;
  private readonly cutter: PieceCutter;
  private header: CsvHeader | undefined;
  private index = 0;

  constructor(private readonly options: CsvOptions) {
    this.quotes = new CsvQuotes(options.delimiter.charCodeAt(0));
    this.cutter = new PieceCutter(options.budgets.bytes, (chunk, from) => this.quotes.findEnd(chunk, from));
  }

  /**
   * Takes the next chunk; gives the records that end in it. Their bytes may be views of the chunk: use them before it is
   * overwritten.
   * @throws FileRefusedError when a byte is not UTF-8, a record is too long, or the header is unfit: by the next call, when records
   * are given first
   */
  push(chunk: Buffer): CsvRecord[] {
    return this.toRecords(this.cutter.push(chunk));
  }

  /**
   * Says that there are no more bytes. Gives the record of a last line that no newline ends.
   * @throws EarlyEndError when there was no header, FileRefusedError when a quote is open
   */
  end(): CsvRecord[] {
    const last = this.cutter.end();
    if (this.quotes.isOpen) throw unclosedQuote(last, this.options.delimiter);
    const records = this.toRecords([last]);
    if (this.header === undefined) throw new EarlyEndError(this.cutter.place);
    return records;
  }

  private toRecords(pieces: readonly Piece[]): CsvRecord[] {
    const filled = pieces.map(withoutReturn).filter(({ bytes }) => bytes.length > 0);
    const all = csvFields(
      filled.map(({ bytes }) => bytes),
      this.options.delimiter,
    );
    const records: CsvRecord[] = [];
    for (const [at, piece] of filled.entries()) {
      const fields = all[at];
      if (this.header) records.push(this.toRecord(piece, fields, this.header));
      else this.header = this.readHeader(piece, fields);
    }
    return records;
  }

  private readHeader({ bytes, offset, line }: Piece, fields: CsvFields): CsvHeader {
    const { required, budgets, delimiter } = this.options;
    const at = fields === undefined ? Math.max(0, misplacedAt(bytes, delimiter)) : 0;
    return readHeader(fields, required, budgets, {
      offset: offset + at,
      line: line + newlinesIn(bytes.subarray(0, at)),
    });
  }

  private toRecord({ bytes, offset, line }: Piece, fields: CsvFields, header: CsvHeader): CsvRecord {
    const { index } = this;
    this.index += 1;
    return { index, offset, line, path: [index], bytes, members: fields?.length ?? 0, depth: 0, fields, header };
  }
}

/** Of a line that ends in CR LF the CR is no part. */
function withoutReturn(piece: Piece): Piece {
  const { bytes, offset, line } = piece;
  return bytes.at(-1) === RETURN ? { bytes: bytes.subarray(0, -1), offset, line } : piece;
}

/** @param piece the end of the document, whose last field is open */
function unclosedQuote({ bytes, offset, line }: Piece, delimiter: string): FileRefusedError {
  const opened = fieldStarts(bytes, delimiter).at(-1) ?? 0;
  const place = { offset: offset + opened, line: line + newlinesIn(bytes.subarray(0, opened)) };
  const message = `The quote at byte ${String(place.offset)}, line ${String(place.line)}, is never closed. Close it, or write two quotes for one.`;
  return new FileRefusedError('MR_QUOTE_UNCLOSED', message, place);
}

import { FatalError } from '@millrace/sdk';

/** Where in a file something is wrong. */
export interface Place {
  /** Byte offset, from 0. */
  readonly offset?: number;
  /** Line of that byte, from 1. */
  readonly line?: number;
  /** JSON pointer of the value at fault. */
  readonly pointer?: string;
  /** The offset counts packed bytes, not those of the document that they hold. */
  readonly inPacked?: true;
}

/** Bytes of a document. */
export interface Excerpt {
  /** Of the first of them, from 0. */
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Codes of what makes a file be refused. */
export type RefusalCode =
  | 'MR_FILE_NOT_REGULAR'
  | 'MR_FILE_TRUNCATED'
  | 'MR_FILE_EXPANDS_TOO_FAR'
  | 'MR_GZIP_INVALID'
  | 'MR_ZSTD_INVALID'
  | 'MR_ZSTD_WINDOW'
  | 'MR_NOT_UTF8'
  | 'MR_JSON_SYNTAX'
  | 'MR_JSON_TOO_DEEP'
  | 'MR_RECORDS_MISSING'
  | 'MR_COLUMN_MISSING'
  | 'MR_COLUMN_TWICE'
  | 'MR_FIELD_COUNT'
  | 'MR_QUOTE_MISPLACED'
  | 'MR_QUOTE_UNCLOSED'
  | 'MR_RECORDS_TWICE'
  | 'MR_RECORD_TOO_LARGE'
  | 'MR_RECORD_INVALID'
  | 'MR_ROW_UNFIT'
  | 'MR_RECORD_TOO_DEEP'
  | 'MR_KEY_TWICE'
  | 'MR_KEY_RESERVED'
  | 'MR_TOO_MANY_KEYS'
  | 'MR_TEXT_TOO_LONG'
  | 'MR_NUMBER_INEXACT'
  | 'MR_TIME_OUT_OF_RANGE'
  | 'MR_TOO_MANY_PARTITIONS'
  | 'MR_TOO_MANY_REJECTS'
  | 'MR_ROWS_REFUSED'
  | 'MR_KEY_CONFLICT';

/** The file cannot be loaded, now or later: it goes to quarantine with this reason. */
export class FileRefusedError extends FatalError implements Place {
  override readonly name: string = 'FileRefusedError';
  declare readonly offset?: number;
  declare readonly line?: number;
  declare readonly pointer?: string;
  declare readonly inPacked?: true;
  /** What stands around its place, from who has the file open. */
  declare excerpt?: Excerpt | undefined;

  constructor(
    override readonly code: RefusalCode,
    message: string,
    place: Place = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    Object.assign(this, place);
  }
}

/** The bytes end before the document does: perhaps it is still being written. */
export class EarlyEndError extends FileRefusedError {
  override readonly name = 'EarlyEndError';
  constructor(place: Place) {
    super(
      'MR_FILE_TRUNCATED',
      place.offset === 0
        ? 'The file is empty. Write a whole document.'
        : `The file ends after ${String(place.offset)} bytes, inside its document. Write it whole, or under a name that ends in .part until it is.`,
      place,
    );
  }
}

/** What UTF-16 and UTF-32 have in their first four bytes and UTF-8 has not: zeros, and the bytes of their marks. */
const MAX_WIDE_OFFSET = 3;

/** What packed files begin with, and no JSON does: the first byte of RFC 1952 and RFC 8878. */
const PACKED: ReadonlyMap<number, string> = new Map([
  [0x1f, 'A file packed by gzip is packed once, and its name ends in .gz.'],
  [0x28, 'A file packed by zstd is packed once, and its name ends in .zst.'],
]);

export function syntaxError(byte: number, afterDocument: boolean, place: Place & { offset: number }): FileRefusedError {
  const { offset } = place;
  if (byte === 0 && offset <= MAX_WIDE_OFFSET) return wideText(place);
  const message = afterDocument
    ? `Something follows the end of the document, at byte ${String(offset)}. Write one document a file.`
    : `Byte ${String(offset)} (${describe(byte)}) cannot stand there in JSON.`;
  const hint = offset === 0 ? PACKED.get(byte) : undefined;
  return new FileRefusedError('MR_JSON_SYNTAX', hint ? `${message} ${hint}` : message, place);
}

/** A record that is no JSON, behind which the document goes wrong as well. @param place of the first byte that is wrong */
export function garbledRecord(place: Place & { offset: number }): FileRefusedError {
  const message = `A record is no JSON from byte ${String(place.offset)} on, and the document goes wrong behind it.`;
  return new FileRefusedError('MR_JSON_SYNTAX', message, place);
}

export function notUtf8(byte: number, place: Place & { offset: number }): FileRefusedError {
  if (byte >= 0xfe && place.offset <= MAX_WIDE_OFFSET) return wideText(place);
  const message = `Byte ${String(place.offset)} (${describe(byte)}) is not UTF-8. Write the file in UTF-8.`;
  return new FileRefusedError('MR_NOT_UTF8', message, place);
}

/** Refuses a text without a byte order mark that is UTF-16 or UTF-32. @param offset of its first bytes */
export function refuseWideText(bytes: Buffer, { offset, line }: Place & { offset: number }): void {
  if (offset > MAX_WIDE_OFFSET) return;
  const zero = bytes.subarray(0, MAX_WIDE_OFFSET + 1 - offset).indexOf(0);
  if (zero !== -1) throw wideText({ offset: offset + zero, ...(line !== undefined && { line }) });
}

function wideText(place: Place): FileRefusedError {
  return new FileRefusedError('MR_NOT_UTF8', 'The file looks like UTF-16 or UTF-32. Write it in UTF-8.', place);
}

export function tooDeep(limit: number, place: Place): FileRefusedError {
  const message = `Values around the records are nested deeper than ${String(limit)}. Put the records nearer to the top.`;
  return new FileRefusedError('MR_JSON_TOO_DEEP', message, place);
}

/** @param asRecord why the document is no record either */
export function missingRecords(pointer: string, place: Place, asRecord?: string): FileRefusedError {
  const where = pointer === '' ? 'The document is no array of records' : `The document has no array at "${pointer}"`;
  const neither = asRecord === undefined ? '' : `, and is no record itself (${asRecord.replace(/\.$/, '')})`;
  return new FileRefusedError('MR_RECORDS_MISSING', `${where}${neither}. Put the records there.`, {
    ...place,
    pointer,
  });
}

export function recordsTwice(pointer: string, place: Place): FileRefusedError {
  const message = `A key of "${pointer}" comes twice. Write the records in one array.`;
  return new FileRefusedError('MR_RECORDS_TWICE', message, { ...place, pointer });
}

export function oversizedRecord(limit: number, place: Place): FileRefusedError {
  const message = `A record is longer than ${String(limit)} bytes. Split it.`;
  return new FileRefusedError('MR_RECORD_TOO_LARGE', message, place);
}

function describe(byte: number): string {
  const printable = byte > 0x20 && byte < 0x7f;
  return printable ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16).padStart(2, '0')}`;
}

import { storableText } from '@millrace/runs';
import type { RefusalCode } from '../scanning/document.errors.js';
import type { RawRecord } from '../scanning/raw-record.js';

/** Raw bytes kept of one reject (F5); its offset and length are always kept. */
export const MAX_REJECT_BYTES = 64 * 1024;

/** One record that could not be loaded, while the rest of its file was. */
export interface Reject {
  /** Its place among the records of the file, from 0. */
  readonly index: number;
  /** Byte offset of the record in the file, from 0. */
  readonly offset: number;
  /** Bytes that the record has in the file. */
  readonly length: number;
  /** Line of its first byte, from 1. */
  readonly line: number;
  /** JSON pointer, in the document, of the value at fault. */
  readonly pointer: string;
  readonly code: RefusalCode;
  readonly message: string;
  /** The record's bytes, at most the first 64 KiB. */
  readonly raw: Buffer;
}

/** A reject of these bytes, in text that PostgreSQL takes; the bytes are copied. */
export function toReject(
  { index, offset, line, bytes }: RawRecord,
  { code, message, pointer }: Pick<Reject, 'code' | 'message' | 'pointer'>,
): Reject {
  return {
    ...{ index, offset, line, length: bytes.length, code },
    pointer: storableText(pointer),
    message: storableText(message),
    raw: Buffer.from(bytes.subarray(0, MAX_REJECT_BYTES)),
  };
}

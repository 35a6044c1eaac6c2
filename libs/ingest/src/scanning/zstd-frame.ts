import { FileRefusedError } from './document.errors.js';

/** Memory for what a frame may refer back to. RFC 8878 asks every decoder for 8 MiB; `zstd -19` stays within it, `--long` does not. */
const MOST_WINDOW_BYTES = 8 * 1024 * 1024;

const MAGIC = 0xfd2fb528;
/** Frames that hold no data have this magic number but for its last four bits. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAGIC_BYTES = 4;
const SINGLE_SEGMENT = 0x20;

/**
 * Looks at the beginning of a frame, before memory is taken for it (RFC 8878, 3.1.1.1).
 * @returns false when there are too few bytes to judge, 18 at most
 * @throws FileRefusedError when it is no frame, or asks for more memory than 8 MiB
 */
export function isFrameAccepted(bytes: Buffer): boolean {
  if (bytes.length < MAGIC_BYTES) return false;
  const magic = bytes.readUInt32LE();
  if ((magic & ~0xf) === SKIPPABLE_MAGIC) return true;
  if (magic !== MAGIC) throw zstdInvalid('there is no frame where one should begin');
  const window = windowOf(bytes.subarray(MAGIC_BYTES));
  if (window === undefined) return false;
  if (window > MOST_WINDOW_BYTES) throw windowTooLarge(window);
  return true;
}

/** @param reason what is wrong with the bytes */
export function zstdInvalid(reason: string): FileRefusedError {
  const message = `The file is named .zst and is no zstd (${reason}). Pack it again, or name it by what it is.`;
  return new FileRefusedError('MR_ZSTD_INVALID', message);
}

/** Bytes of a frame's window, from the bytes behind its magic number; undefined when these are too few. */
function windowOf(header: Buffer): number | undefined {
  const [descriptor, windowDescriptor = 0] = header;
  if (descriptor === undefined) return undefined;
  if ((descriptor & SINGLE_SEGMENT) !== 0) return contentSizeOf(header, descriptor);
  if (header.length < 2) return undefined;
  const base = 2 ** (10 + (windowDescriptor >> 3));
  return base + (base / 8) * (windowDescriptor & 7);
}

/** A frame of one segment has its content for its window. */
function contentSizeOf(header: Buffer, descriptor: number): number | undefined {
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const field = header.subarray(1 + dictionaryBytes);
  const fieldBytes = 1 << (descriptor >> 6);
  if (field.length < fieldBytes) return undefined;
  if (fieldBytes === 8) return Number(field.readBigUInt64LE());
  // Two bytes begin where one byte ends.
  return field.readUIntLE(0, fieldBytes) + (fieldBytes === 2 ? 256 : 0);
}

function windowTooLarge(window: number): FileRefusedError {
  const message = `The file was packed with a window of ${String(window)} bytes; ${String(MOST_WINDOW_BYTES)} are allowed. Pack it again without --long and --ultra.`;
  return new FileRefusedError('MR_ZSTD_WINDOW', message);
}

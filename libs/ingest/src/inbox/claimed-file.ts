import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { FileRefusedError } from '../scanning/document.errors.js';
import { fileChunks } from '../scanning/file-chunks.js';
import { READ_FLAGS } from './read-flags.js';
import { hasCode } from './system-error.js';

/**
 * A claimed file, opened once: whatever happens to its path, these are the bytes that are loaded. It is opened, looked at
 * and closed at once: sent to other threads these calls take longer than a small file's load.
 */
export class ClaimedFile {
  private constructor(
    /** Its file descriptor. */
    readonly descriptor: number,
    private readonly opened: BigIntStats,
  ) {}

  /** @throws FileRefusedError when it is a link or no regular file */
  static open(path: string): ClaimedFile {
    const descriptor = openNow(path);
    const stats = fstatSync(descriptor, { bigint: true });
    if (stats.isFile()) return new ClaimedFile(descriptor, stats);
    closeSync(descriptor);
    throw notRegular();
  }

  /** A file that is open already; it is closed with this one. */
  static of(descriptor: number): ClaimedFile {
    return new ClaimedFile(descriptor, fstatSync(descriptor, { bigint: true }));
  }

  /** The bytes from the start. Each chunk is overwritten by the next. */
  chunks(): AsyncIterable<Buffer> {
    return fileChunks(this.descriptor, this.size);
  }

  /** The bytes between two offsets, as far as there are any. */
  read(from: number, to: number): Buffer {
    const bytes = Buffer.alloc(to - from);
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      read = readSync(this.descriptor, bytes, length, bytes.length - length, from + length);
    }
    return bytes.subarray(0, length);
  }

  /** Bytes when it was opened. */
  get size(): number {
    return Number(this.opened.size);
  }

  /** Whether somebody wrote to it since it was opened. */
  isChanged(): boolean {
    const now = fstatSync(this.descriptor, { bigint: true });
    return now.size !== this.opened.size || now.mtimeNs !== this.opened.mtimeNs;
  }

  /**
   * Milliseconds since the last write. A writer whose clock is ahead may say that it is to come; the system then knows at least
   * since when the file is claimed.
   * @param nowMs by the clock of the file's folder
   */
  quietMs(nowMs: number): number {
    const { mtimeMs, ctimeMs } = this.opened;
    return Math.max(0, nowMs - Number(mtimeMs < ctimeMs ? mtimeMs : ctimeMs));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function openNow(path: string): number {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    throw hasCode(error, 'ELOOP', 'ENXIO') ? notRegular(error) : error;
  }
}

function notRegular(cause?: unknown): FileRefusedError {
  const message = 'This is a link, a pipe or another special file. Drop a regular file.';
  return new FileRefusedError('MR_FILE_NOT_REGULAR', message, {}, { cause });
}

import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { FileRefusedError } from './document.errors.js';
import { fileChunks } from './file-chunks.js';
import { FileChangedError } from './load.errors.js';
import { hasCode } from './system-error.js';

/** A claimed file, opened once: whatever happens to its path, these are the bytes that are loaded. */
export class ClaimedFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly opened: BigIntStats,
  ) {}

  /** @throws FileRefusedError when it is a link or no regular file */
  static async open(path: string): Promise<ClaimedFile> {
    // Without O_NONBLOCK the open of a named pipe would wait for a writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(path, flags).catch((error: unknown) => {
      throw hasCode(error, 'ELOOP', 'ENXIO') ? notRegular(error) : error;
    });
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) return new ClaimedFile(handle, stats);
    await handle.close();
    throw notRegular();
  }

  /** The bytes from the start. Each chunk is overwritten by the next. */
  chunks(): AsyncIterable<Buffer> {
    return fileChunks(this.descriptor, this.size);
  }

  /** Its file descriptor. */
  get descriptor(): number {
    return this.handle.fd;
  }

  /** Bytes when it was opened. */
  get size(): number {
    return Number(this.opened.size);
  }

  /** @throws FileChangedError when somebody wrote to it since it was opened */
  async assertUnchanged(): Promise<void> {
    const now = await this.handle.stat({ bigint: true });
    if (now.size !== this.opened.size || now.mtimeNs !== this.opened.mtimeNs) throw new FileChangedError();
  }

  /** Milliseconds since the last write, by this machine's clock. */
  quietMs(): number {
    return Math.max(0, Date.now() - Number(this.opened.mtimeMs));
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

function notRegular(cause?: unknown): FileRefusedError {
  const message = 'This is a link, a pipe or another special file. Drop a regular file.';
  return new FileRefusedError('MR_FILE_NOT_REGULAR', message, {}, { cause });
}

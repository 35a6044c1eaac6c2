import { FileRefusedError } from './document.errors.js';

/** Bytes up to which any file may expand. */
const ANY_RATIO_BYTES = 64 * 1024 * 1024;
/** Beyond: bytes that a byte may become. JSON of telemetry comes to 10 to 40, deflate at most to 1,032, zstd to 30,000. */
const MOST_EXPANSION = 200;

/** What a packed file may become: it is refused before it has filled anything. */
export class ExpansionBudget {
  /** Packed bytes so far. */
  packed = 0;
  #unpacked = 0;

  took(bytes: number): void {
    this.packed += bytes;
  }

  /** @throws FileRefusedError when the file expands as no data does */
  gave(bytes: number): void {
    this.#unpacked += bytes;
    if (this.#unpacked <= ANY_RATIO_BYTES || this.#unpacked <= this.packed * MOST_EXPANSION) return;
    const message = `The file expands to more than ${String(MOST_EXPANSION)} times its size, as no data does. Pack it again, or load it unpacked.`;
    throw new FileRefusedError('MR_FILE_EXPANDS_TOO_FAR', message);
  }
}

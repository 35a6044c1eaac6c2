import type { ReadSoFar } from './file-ledger.port.js';

/** Files from this size on are read in threads, and say how far they are. */
export const LARGE_BYTES = 4 * 1024 * 1024;

const MB = 1_000_000;
/** Of all bytes: before, nothing is said of the end. */
const LEAST_KNOWN_SHARE = 0.02;

/** Says of the load of a large file how far it is: bytes, records, rejects, and about when its last byte is read. */
export class LoadProgress {
  private readonly begunMs = performance.now();

  constructor(
    private readonly size: number,
    private readonly context: { progress(fraction: number, note?: string): void },
  ) {}

  passed({ bytes, records, rejected }: ReadSoFar): void {
    if (this.size < LARGE_BYTES) return;
    // A file that grows while it is read is refused at its end.
    const fraction = Math.min(1, bytes / this.size);
    const read = `${(bytes / MB).toFixed(1)} of ${(this.size / MB).toFixed(1)} MB, ${String(records)} records`;
    const rejects = rejected === 0 ? '' : `, ${String(rejected)} rejected`;
    this.context.progress(fraction, `${read}${rejects}${this.timeLeft(fraction)}`);
  }

  private timeLeft(fraction: number): string {
    if (fraction < LEAST_KNOWN_SHARE) return '';
    const seconds = ((performance.now() - this.begunMs) / 1_000) * (1 / fraction - 1);
    return `, about ${String(Math.ceil(seconds))} s left`;
  }
}

/** One kind of thing that goes wrong between two commits, and how it is mended (R10). */
export interface Repair {
  /** What was mended, as the counts name it: `lost`, `unwoken`, ... */
  readonly kind: string;

  /** Milliseconds between two turns, asked for after each. @default 2000 */
  readonly pauseMs?: number;

  /**
   * Finds and mends what there is, a bounded number at a time, and gives how many. Trusts rows only; each write is
   * guarded by the state it found, so that two sweeps at once do no harm.
   */
  runOnce(): Promise<number>;
}

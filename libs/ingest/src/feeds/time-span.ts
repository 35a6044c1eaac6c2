import type { CompleteAcceptedTimes } from './accepted-times.js';

/** Where a time lies: among those that are loaded, before those that are kept, or before or after what the feed accepts. */
export type TimeVerdict = 'within' | 'expired' | 'before' | 'after';

const FIRST_MS = Date.UTC(2000, 0, 1) - 730_119 * 86_400_000;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);
const UTC_ZONE = '+00:00';

/** The times that one reading of a file loads. */
export class TimeSpan {
  private readonly from: Bound;
  private readonly until: Bound;
  private readonly kept: Bound;

  /**
   * @param nowMs when the file is read, since 1970
   * @param keptFromMs since 1970; what is older was dropped by its age. @default everything is kept
   */
  constructor({ pastMs, futureMs }: CompleteAcceptedTimes, nowMs: number, keptFromMs = FIRST_MS) {
    this.from = new Bound(nowMs - pastMs);
    this.until = new Bound(nowMs + futureMs);
    this.kept = new Bound(keptFromMs);
  }

  /** @param text as `parseTimestamp` gives it; any other text is within, since it is refused where it is encoded */
  judge(text: string): TimeVerdict {
    if (text.endsWith(UTC_ZONE)) {
      // Texts of one zone sort as their times do. Most records end here: it is done for each.
      if (text < this.from.text) return 'before';
      if (text > this.until.text) return 'after';
      return text < this.kept.text ? 'expired' : 'within';
    }
    const ms = toMs(text);
    if (ms < this.from.ms) return 'before';
    if (ms > this.until.ms) return 'after';
    return ms < this.kept.ms ? 'expired' : 'within';
  }
}

/** Milliseconds since 1970, rounded down, of what `parseTimestamp` gives. */
export function toMs(text: string): number {
  return Date.parse(text.replace(' ', 'T'));
}

/** A whole second of the years 1 to 9999, as a number and as the beginning of what `parseTimestamp` gives. */
class Bound {
  readonly ms: number;
  readonly text: string;

  constructor(ms: number) {
    this.ms = Math.floor(Math.min(Math.max(ms, FIRST_MS), LAST_MS) / 1_000) * 1_000;
    this.text = new Date(this.ms).toISOString().slice(0, 19).replace('T', ' ');
  }
}

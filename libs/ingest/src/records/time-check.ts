import type { Feed } from '../feeds/feed.js';
import type { FeedRow } from '../feeds/row-target.js';
import { timeOf } from '../feeds/row-time.js';
import { TimeSpan, type TimeVerdict } from '../feeds/time-span.js';
import type { Fault } from './record-fault.js';

const MS_AN_HOUR = 3_600_000;

/** What each feed's last reading began with. */
const latest = new WeakMap<Feed, { second: number; keptFromMs: number | undefined; check: TimeCheck }>();

/** Judges rows by their times, in one reading of a file. Rows of a feed's own table have none that matters. */
export class TimeCheck {
  private readonly timeOf;
  private readonly span;

  /**
   * The check of a reading which begins now. Those that begin in the same second share it: its bounds are whole seconds, and take
   * longer to make than a small file to read.
   * @param keptFromMs as of the constructor
   */
  static now(feed: Feed, keptFromMs?: number): TimeCheck {
    const second = Math.floor(Date.now() / 1_000);
    const last = latest.get(feed);
    if (last?.second === second && last.keptFromMs === keptFromMs) return last.check;
    const check = new TimeCheck(feed, keptFromMs);
    latest.set(feed, { second, keptFromMs, check });
    return check;
  }

  /** @param keptFromMs what is older is expired, since 1970. @default everything is kept */
  constructor(
    private readonly feed: Pick<Feed, 'target' | 'accepts'>,
    keptFromMs?: number,
  ) {
    this.timeOf = timeOf(feed.target);
    this.span = new TimeSpan(feed.accepts, Date.now(), keptFromMs);
  }

  judge(row: FeedRow): TimeVerdict {
    return this.timeOf === undefined ? 'within' : this.span.judge(this.timeOf(row));
  }

  /** What is at fault with a time that the feed does not accept, but for where its bytes are. @param record what gave the row */
  faultOf(row: FeedRow, record: unknown): Omit<Fault, 'at'> | undefined {
    const verdict = this.judge(row);
    if (verdict !== 'before' && verdict !== 'after') return undefined;
    const time = this.timeOf?.(row) ?? '';
    const field = Object.entries(record as object).find(([, value]) => value === time)?.[0];
    const message = `is of ${time.replace(' ', 'T')}, and its feed accepts ${this.accepted(verdict)}`;
    return { code: 'MR_TIME_OUT_OF_RANGE', path: field === undefined ? [] : [field], message };
  }

  /** The same words whenever it is read: a file that is read again gives the same rejects. */
  private accepted(verdict: 'before' | 'after'): string {
    const { pastMs, futureMs } = this.feed.accepts;
    if (verdict === 'after') return `times up to ${String(futureMs / MS_AN_HOUR)} h ahead`;
    return pastMs === Infinity ? 'the years from 1 on' : `times up to ${String(pastMs / MS_AN_HOUR)} h back`;
  }
}

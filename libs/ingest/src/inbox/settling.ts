import { closeSync, openSync, readSync } from 'node:fs';
import type { FileIdentity } from './arrival.js';
import type { Feed } from '../feeds/feed.js';
import { READ_FLAGS } from './read-flags.js';
import { isPacked } from '../scanning/packing.js';
import { CLOSE_BRACE, CLOSE_BRACKET, isSpace } from '../scanning/json-bytes.js';

/** A file whose last byte closes its document is taken after this long without a change. */
export const SETTLE_MS = 50;
/** White space looked through for the document's last byte. */
const TAIL_BYTES = 256;

type SettlingFeed = Pick<Feed, 'quietPeriodMs' | 'format'>;

interface Sighting {
  readonly identity: FileIdentity;
  /** When it was first seen like this, in milliseconds of the watcher's steady clock. */
  readonly sinceMs: number;
}

/**
 * Judges when a file has stopped changing (protocol F2): 50 ms after the last change when its last byte closes the
 * document, else after its feed's quiet period. A guess that saves loads of half files: the loader decides.
 */
export class Settling {
  private readonly sightings = new Map<string, Sighting>();

  constructor(
    /** Now by the clock that stamps the files, in milliseconds since 1970. */
    private readonly fileClock: () => number,
    private readonly steadyClock: () => number = () => performance.now(),
  ) {}

  /**
   * Milliseconds until the file may be taken, unless it changes: 0 when it is settled. A format without an end (NDJSON), or a
   * packed file, waits for its feed's quiet period.
   */
  untilSettled(path: string, identity: FileIdentity, { quietPeriodMs, format }: SettlingFeed): number {
    const quietMs = this.quietMs(path, identity);
    if (quietMs < SETTLE_MS) return SETTLE_MS - quietMs;
    const showsItsEnd = format === 'json' && !isPacked(path);
    const settled = quietMs >= quietPeriodMs || (showsItsEnd && closesDocument(path, Number(identity.size)));
    if (!settled) return quietPeriodMs - quietMs;
    this.sightings.delete(path);
    return 0;
  }

  /** Forgets the files that are gone. */
  keepOnly(isPresent: (path: string) => boolean): void {
    for (const path of this.sightings.keys()) if (!isPresent(path)) this.sightings.delete(path);
  }

  /** A file that was last written long before we first saw it need not be watched as long again. */
  private quietMs(path: string, identity: FileIdentity): number {
    const nowMs = this.steadyClock();
    const last = this.sightings.get(path);
    const unchanged = last && sameIdentity(last.identity, identity);
    const sinceMs = unchanged ? last.sinceMs : nowMs;
    this.sightings.set(path, { identity, sinceMs });
    return Math.max(nowMs - sinceMs, this.fileClock() - Number(identity.mtimeNs / 1_000_000n));
  }
}

export function sameIdentity(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.device === other.device && one.inode === other.inode && one.size === other.size && one.mtimeNs === other.mtimeNs
  );
}

function closesDocument(path: string, size: number): boolean {
  const file = openSync(path, READ_FLAGS);
  try {
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const last = tail.findLast((byte) => !isSpace(byte));
    return last === CLOSE_BRACE || last === CLOSE_BRACKET;
  } finally {
    closeSync(file);
  }
}

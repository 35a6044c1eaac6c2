import type { EnvelopeEvent } from './json-envelope.js';
import type { RecordsPath } from '../feeds/records-path.js';

/** What the follower says of an event: the records begin here, the path leads nowhere, or it was met before. */
export type PathNews = 'records-begin' | 'not-records' | 'twice';

/**
 * Follows the path to the records through the objects around them; a document that is an array holds them itself. JSON.parse would keep the last of two equal keys;
 * the first one's records may be written by then, so a path that comes twice is told, not resolved.
 */
export class PathFollower {
  /** Keys of the path whose objects are open. */
  private inside = 0;
  /** The next value is the one the path goes through, or ends at. */
  private due: boolean;
  private readonly met = new Set<number>();
  private bare = false;
  private key: number[] | undefined;
  private readonly longestKey: number;

  constructor(private readonly path: RecordsPath) {
    this.due = path.length === 0;
    // A key may be written all in \u escapes: six bytes a UTF-16 unit, and two quotes.
    this.longestKey = Math.max(0, ...path.map((key) => key.length * 6)) + 2;
  }

  /** Whether the records were met. */
  get found(): boolean {
    return this.met.has(this.path.length);
  }

  /** Where the array of records stands: at the path, unless the document is the array. */
  get arrayPath(): RecordsPath {
    return this.bare ? [] : this.path;
  }

  /** Takes a byte with its event; `depth` is the number of brackets open after it. */
  step(byte: number, event: EnvelopeEvent | undefined, depth: number): PathNews | undefined {
    this.collectKey(byte, event, depth);
    switch (event) {
      case 'key-ends':
        return this.endKey();
      case 'object-begins':
        return this.due ? this.enterObject(depth) : undefined;
      case 'array-begins':
        if (depth === 1) return this.arriveAtTop();
        return this.due ? this.arrive() : undefined;
      case 'scalar-begins':
        return this.due || depth === 0 ? 'not-records' : undefined;
      case 'object-ends':
        if (this.inside > 0 && depth === this.inside) this.inside -= 1;
        return undefined;
      case 'array-ends':
      case 'key-begins':
      case 'wrong':
      case 'too-deep':
      case undefined:
        return undefined;
    }
  }

  private collectKey(byte: number, event: EnvelopeEvent | undefined, depth: number): void {
    if (event === 'key-begins') this.key = depth === this.inside + 1 ? [] : undefined;
    if (this.key && this.key.length <= this.longestKey) this.key.push(byte);
  }

  private endKey(): PathNews | undefined {
    const { key } = this;
    this.key = undefined;
    if (!key || key.length > this.longestKey) return undefined;
    if (JSON.parse(Buffer.from(key).toString()) !== this.path[this.inside]) return undefined;
    const step = this.inside + 1;
    if (this.met.has(step)) return 'twice';
    this.met.add(step);
    this.due = true;
    return undefined;
  }

  /** An object at the top of a document that should be the array: it may be one record alone. */
  private enterObject(depth: number): PathNews | undefined {
    if (depth === 1) {
      this.due = false;
      return undefined;
    }
    if (this.inside + 1 >= this.path.length) return 'not-records';
    this.inside += 1;
    this.due = false;
    return undefined;
  }

  private arriveAtTop(): PathNews {
    this.bare = true;
    this.due = false;
    this.met.add(this.path.length);
    return 'records-begin';
  }

  private arrive(): PathNews {
    if (this.inside + 1 < this.path.length) return 'not-records';
    this.due = false;
    this.met.add(this.path.length);
    return 'records-begin';
  }
}

import { ByteCursor, UNSURE, type ReadValue } from './byte-cursor.js';
import { compileReader } from './compile-reader.js';
import type { Feed } from '../feeds/feed.js';
import { onceFor } from '../feeds/once-for.js';
import { depthOf, readableShape } from '../feeds/readable-shape.js';
import type { RecordBudgets } from '../feeds/record-budgets.js';

/** A record that was read where it stands. */
export interface ReadRecord {
  /** What `take` made of its value. */
  readonly value: unknown;
  /** Index of the byte behind it. */
  readonly end: number;
  readonly newlines: number;
}

/** Characters of the longest time that is read. */
const LONGEST_TIME = 32;

type Records = Pick<Feed, 'record' | 'budgets'>;

/** What becomes of a record's value; undefined when the record needs the closer look of the check. */
export type TakeValue = (value: unknown) => unknown;

/** Reads the records of one feed where they stand. */
export class RecordReader {
  private cursor = new ByteCursor(Buffer.alloc(0));

  private constructor(
    private readonly readValue: ReadValue,
    private readonly budgets: Required<RecordBudgets>,
    private readonly take: TakeValue,
  ) {}

  /**
   * Undefined for a feed whose records cannot be judged by their bytes.
   * @param take @default the value as it is
   */
  static for(feed: Records, take: TakeValue = (value) => value): RecordReader | undefined {
    const readValue = compiled(feed);
    return readValue && new RecordReader(readValue, feed.budgets, take);
  }

  /**
   * The record that begins here; undefined when it is not certainly as declared, is not taken, or does not end in these
   * bytes.
   */
  read(bytes: Buffer, at: number): ReadRecord | undefined {
    if (this.cursor.bytes !== bytes) this.cursor = new ByteCursor(bytes);
    const { cursor, budgets } = this;
    cursor.at = at;
    cursor.newlines = 0;
    cursor.keys = 0;
    const value = this.readValue(cursor);
    if (value === UNSURE || cursor.keys > budgets.keys || cursor.at - at > budgets.bytes) return undefined;
    const taken = this.take(value);
    return taken === undefined ? undefined : { value: taken, end: cursor.at, newlines: cursor.newlines };
  }
}

const compiled = onceFor(({ record, budgets }: Records): ReadValue | undefined => {
  const shape = readableShape(record, budgets.textLength);
  if (!shape || depthOf(shape) > budgets.depth || budgets.textLength < LONGEST_TIME) return undefined;
  return compileReader(shape);
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isPassing } from './sql-state.js';
import { untilAnswered } from './until-answered.js';

export interface GroupWriterOptions<Item> {
  /** Items in one batch at most. @default 500 */
  readonly maxItems?: number;
  /** Bytes in one batch at most, by `sizeOf`; a single larger item goes alone. @default 4 MiB */
  readonly maxBytes?: number;
  readonly sizeOf?: (item: Item) => number;
  /** Milliseconds that a batch is sent again while the server is away. @default without end */
  readonly patienceMs?: number;
}

/** Commits items in one go and gives an answer for each, in their order. */
export type GroupWrite<Item, Answer> = (items: readonly Item[], again: boolean) => Promise<readonly Answer[]>;

interface Waiter<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit led by the first waiter (R7): a batch starts one turn of the event loop after the last one has ended and takes
 * what arrived meanwhile; there is no timer. Every caller waits for the commit that holds its own item.
 *
 * A deadlock repeats the batch. An error of its data halves it until the bad item stands alone, and only its caller fails. While
 * the server is away the batch is sent again until it answers, so `write` must know its own earlier,
 * unacknowledged commit; `again` says that there may be one.
 */
export class GroupWriter<Item, Answer> {
  readonly #write: GroupWrite<Item, Answer>;
  readonly #maxItems: number;
  readonly #maxBytes: number;
  readonly #patienceMs: number;
  readonly #sizeOf: (item: Item) => number;
  #waiting: Waiter<Item, Answer>[] = [];
  #leading = false;

  constructor(write: GroupWrite<Item, Answer>, options: GroupWriterOptions<Item> = {}) {
    this.#write = write;
    this.#maxItems = options.maxItems ?? 500;
    this.#maxBytes = options.maxBytes ?? 4 * 1024 * 1024;
    this.#patienceMs = options.patienceMs ?? Infinity;
    this.#sizeOf = options.sizeOf ?? (() => 0);
  }

  submit(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#leading) void this.#lead();
    });
  }

  async #lead(): Promise<void> {
    this.#leading = true;
    while (this.#waiting.length > 0) {
      // What is submitted in the same turn of the event loop joins the batch: fewer statements, of more rows each.
      await nextTurn();
      await this.#commit(this.#nextBatch());
    }
    this.#leading = false;
  }

  #nextBatch(): Waiter<Item, Answer>[] {
    let bytes = 0;
    let count = 0;
    for (const { item } of this.#waiting) {
      bytes += this.#sizeOf(item);
      if (count === this.#maxItems || (count > 0 && bytes > this.#maxBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** @param again an earlier try of a batch with these may have been committed */
  async #commit(batch: readonly Waiter<Item, Answer>[], again = false): Promise<void> {
    let mayBeCommitted = again;
    try {
      const items = batch.map(({ item }) => item);
      const answers = await untilAnswered((repeats) => {
        mayBeCommitted ||= repeats;
        return this.#write(items, mayBeCommitted);
      }, this.#patienceMs);
      batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      if (isPassing(error) || batch.length === 1) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = batch.length >> 1;
      await this.#commit(batch.slice(0, middle), mayBeCommitted);
      await this.#commit(batch.slice(middle), mayBeCommitted);
    }
  }
}

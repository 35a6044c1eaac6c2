import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { detectionsDocument } from './detections-document.js';
import { dropWhole } from './drop-whole.js';
import type { Journal } from './journal.js';
import { nameInLedger } from './name-in-ledger.js';
import { Random } from './random.js';
import { dropAndReplace } from './replaced-file.js';

const EVERY_MS = 4_000;
/** Longest pause of a writer; well below the quiet period of the feed. */
const PAUSE_MS = 1_500;
const MOST_EVENTS = 400;

/**
 * Drops files into the inboxes: some at the same moment under two names, or under one name into each, some by a writer that
 * pauses in the middle, under the final name, and some that are replaced a moment later.
 */
export class FileDrops {
  #ending = false;
  #dropping: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(
    private readonly inboxes: readonly string[],
    private readonly journal: Journal,
    private readonly seed: number,
  ) {}

  start(): void {
    this.#dropping = this.#drop(new Random(this.seed + 17));
  }

  async stop(): Promise<void> {
    this.#ending = true;
    await this.#dropping;
  }

  async #drop(random: Random): Promise<void> {
    while (!this.#ending) {
      await (random.next() < 0.3 ? this.#dropReplaced(random) : this.#dropCopies(random));
      await delay(random.between(EVERY_MS / 2, EVERY_MS));
    }
  }

  async #dropCopies(random: Random): Promise<void> {
    const vehicle = `chaos-${this.seed}-${this.#count}`;
    const events = random.between(1, MOST_EVENTS);
    const content = detectionsDocument(vehicle, events);
    const copies = this.#places(random).map(({ inbox, name }) => {
      const file = nameInLedger(inbox, name, this.inboxes);
      this.journal.write({ what: 'dropped', file, vehicle, events, detections: events * 2 });
      const pauseMs = random.next() < 0.3 ? random.between(1, PAUSE_MS) : undefined;
      return pauseMs === undefined ? dropWhole(inbox, name, content) : writeSlowly(join(inbox, name), content, pauseMs);
    });
    await Promise.all(copies);
  }

  async #dropReplaced(random: Random): Promise<void> {
    const vehicles = [`former-${this.seed}-${this.#count}`, `last-${this.seed}-${this.#count}`] as const;
    const events = random.between(1, MOST_EVENTS);
    const [inbox, name] = [random.pick(this.inboxes), this.#newName()];
    const [former, last] = vehicles.map((vehicle) => detectionsDocument(vehicle, events)) as [string, string];
    const file = nameInLedger(inbox, name, this.inboxes);
    this.journal.write({ what: 'replaced', file, vehicles, detections: events * 2 });
    await dropAndReplace(inbox, name, [former, last], random);
  }

  /** Where the same bytes go at once. */
  #places(random: Random): { readonly inbox: string; readonly name: string }[] {
    const chance = random.next();
    if (chance < 0.2) {
      const name = this.#newName();
      return this.inboxes.map((inbox) => ({ inbox, name }));
    }
    const place = () => ({ inbox: random.pick(this.inboxes), name: this.#newName() });
    return Array.from({ length: chance < 0.4 ? 2 : 1 }, place);
  }

  #newName(): string {
    return `objects_detection_20260101_${String(this.#count++).padStart(6, '0')}.json`;
  }
}

/** Holds the file open as writers do: a path that has moved meanwhile would name another file. */
async function writeSlowly(path: string, content: string, pauseMs: number): Promise<void> {
  const writer = await open(path, 'wx');
  try {
    const half = Math.floor(content.length / 2);
    await writer.write(content.slice(0, half));
    await delay(pauseMs);
    await writer.write(content.slice(half));
  } finally {
    await writer.close();
  }
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dropWhole } from './drop-whole.js';
import type { Journal } from './journal.js';
import { Random } from './random.js';

const EVERY_MS = 4_000;
/** Longest pause of a writer; well below the quiet period of the feed. */
const PAUSE_MS = 1_500;

/**
 * Drops files into the inbox: some at the same moment under two names, some by a writer that pauses in the middle, under the
 * final name.
 */
export class FileDrops {
  #ending = false;
  #dropping: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(
    private readonly inbox: string,
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
      const vehicle = `chaos-${this.seed}-${this.#count}`;
      const events = random.between(1, 400);
      const content = detections(vehicle, events);
      const copies = Array.from({ length: random.next() < 0.3 ? 2 : 1 }, () => {
        const file = `objects_detection_20260101_${String(this.#count++).padStart(6, '0')}.json`;
        this.journal.write({ what: 'dropped', file, vehicle, events, detections: events * 2 });
        const pauseMs = random.next() < 0.3 ? random.between(1, PAUSE_MS) : undefined;
        return pauseMs === undefined ? dropWhole(this.inbox, file, content) : this.#writeSlowly(file, content, pauseMs);
      });
      await Promise.all(copies);
      await delay(random.between(EVERY_MS / 2, EVERY_MS));
    }
  }

  /** Holds the file open as writers do: a path that has moved meanwhile would name another file. */
  async #writeSlowly(file: string, content: string, pauseMs: number): Promise<void> {
    const writer = await open(join(this.inbox, file), 'wx');
    try {
      const half = Math.floor(content.length / 2);
      await writer.write(content.slice(0, half));
      await delay(pauseMs);
      await writer.write(content.slice(half));
    } finally {
      await writer.close();
    }
  }
}

function detections(vehicle: string, events: number): string {
  const start = Date.UTC(2026, 0, 1);
  return JSON.stringify({
    objects_detection_events: Array.from({ length: events }, (_, index) => ({
      vehicle_id: vehicle,
      detection_time: new Date(start + index * 1_000).toISOString(),
      detections: [
        { object_type: 'cars', object_value: index },
        { object_type: 'signs', object_value: 1 },
      ],
    })),
  });
}

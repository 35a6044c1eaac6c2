import type { FeedKeys } from '../keys/key-tables.js';
import { TextNumbers } from './text-numbers.js';

/** What one dictionary numbers at most; then another begins. */
export interface DictionaryBounds {
  readonly vehicles: number;
  readonly statuses: number;
  /** Of the names of vehicles, and of the statuses. */
  readonly characters: number;
}

/** By which a dictionary tells names apart. Of one after the other: arrays of megabytes that come and go leave holes in a thread's memory. */
export interface Names {
  readonly vehicles: TextNumbers;
  readonly statuses: TextNumbers;
}

/**
 * The vehicles and statuses that the reports of a file name, numbered as they come from 0. The keys of vehicles are learned
 * while the file is read on.
 */
export class ReportDictionary {
  /** Of vehicles by their numbers; 0 until it is learned. */
  readonly keys: number[] = [];
  /** By their numbers, as UTF-8. */
  readonly statuses: Buffer[] = [];
  /** Settles when the keys that were asked for are there. */
  learned: Promise<void> = Promise.resolve();
  private unasked = new Map<string, number>();
  private characters = 0;

  constructor(
    private readonly vehicles: FeedKeys['vehicles'],
    private readonly bounds: DictionaryBounds,
    private readonly names: Names,
  ) {}

  /** Whether another one is to begin. */
  get isFull(): boolean {
    const { keys, statuses, characters, bounds } = this;
    return keys.length >= bounds.vehicles || statuses.length >= bounds.statuses || characters >= bounds.characters;
  }

  numberOfVehicle(id: string): number {
    const number = this.names.vehicles.numberOf(id);
    if (number === this.keys.length) {
      this.keys.push(0);
      this.unasked.set(id, number);
      this.characters += id.length;
    }
    return number;
  }

  numberOfStatus(status: string): number {
    const number = this.names.statuses.numberOf(status);
    if (number === this.statuses.length) {
      this.statuses.push(Buffer.from(status));
      this.characters += status.length;
    }
    return number;
  }

  /** Asks for the keys of the vehicles that came since it was last called. */
  askForKeys(): void {
    if (this.unasked.size === 0) return;
    const asked = this.learn(this.unasked);
    this.unasked = new Map();
    this.learned = Promise.all([this.learned, asked]).then(() => undefined);
    // It is the error of whoever waits for them.
    this.learned.catch(() => undefined);
  }

  /** Says that nothing more is numbered: the memory of the names is the next dictionary's. What has a number keeps it. */
  close(): void {
    this.names.vehicles.clear();
    this.names.statuses.clear();
  }

  private async learn(names: ReadonlyMap<string, number>): Promise<void> {
    const unknown = new Map<string, number>();
    for (const [id, number] of names) {
      const key = this.vehicles.find(id);
      if (key === undefined) unknown.set(id, number);
      else this.keys[number] = key;
    }
    if (unknown.size === 0) return;
    await this.vehicles.learn(new Set(unknown.keys()));
    for (const [id, number] of unknown) this.keys[number] = this.vehicles.find(id) as number;
  }
}

/** What is remembered at most; beyond it the memory starts anew. */
const MOST_REMEMBERED = { names: 2 ** 18, characters: 2 ** 24 };

/** Looked up together at most: it bounds what a look-up takes of memory, here and where the connection is. */
const NAMES_AT_ONCE = 4_096;

/** Gives the keys of names in their order, below 2 ** 53; names that have none get one. */
export type LookUpKeys = (names: readonly string[]) => Promise<readonly number[]>;

/** The short keys of names, remembered by this thread. */
export class SurrogateKeys {
  private readonly known = new Map<string, number>();
  /** Asked for while a look-up is under way: they go together in the next. */
  private waiting = new Set<string>();
  private next: Promise<void> | undefined;
  private looking: Promise<unknown> = Promise.resolve();
  private characters = 0;

  constructor(
    private readonly lookUp: LookUpKeys,
    private readonly most = MOST_REMEMBERED,
  ) {}

  /** The key of a name; undefined when it is not remembered. What was learned is forgotten when others learn too much. */
  find(name: string): number | undefined {
    return this.known.get(name);
  }

  /** Remembers the keys of these names; gives new names theirs. */
  learn(unknown: ReadonlySet<string>): Promise<void> {
    for (const name of unknown) this.waiting.add(name);
    this.next ??= this.looking.then(() => this.learnWaiting());
    return this.next;
  }

  private learnWaiting(): Promise<void> {
    const names = [...this.waiting];
    this.waiting = new Set();
    this.next = undefined;
    const learned = this.learnAll(names);
    // One that fails is its callers' error, and not that of the next.
    this.looking = learned.catch(() => undefined);
    return learned;
  }

  private async learnAll(names: readonly string[]): Promise<void> {
    this.makeRoom(names);
    for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
      const some = names.slice(from, from + NAMES_AT_ONCE);
      const keys = await this.lookUp(some);
      for (const [at, name] of some.entries()) this.known.set(name, keys[at] as number);
    }
  }

  /** Before the first is learned: none of those that are learned together is forgotten. */
  private makeRoom(names: readonly string[]): void {
    const characters = names.reduce((sum, { length }) => sum + length, 0);
    this.characters += characters;
    if (this.known.size + names.length <= this.most.names && this.characters <= this.most.characters) return;
    this.known.clear();
    this.characters = characters;
  }
}

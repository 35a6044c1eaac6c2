/** Names remembered at most; beyond it the memory starts anew. */
const MAX_REMEMBERED = 500_000;

/** Gives the keys of names in their order, below 2 ** 53; names that have none get one. */
export type LookUpKeys = (names: readonly string[]) => Promise<readonly number[]>;

/** The short keys of names, remembered by this thread. */
export class SurrogateKeys {
  private readonly known = new Map<string, number>();
  /** Asked for while a look-up is under way: they go together in the next. */
  private waiting = new Set<string>();
  private next: Promise<void> | undefined;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(private readonly lookUp: LookUpKeys) {}

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
    const learned = this.lookUp(names).then((keys) => {
      if (this.known.size + names.length > MAX_REMEMBERED) this.known.clear();
      for (const [at, name] of names.entries()) this.known.set(name, keys[at] as number);
    });
    // One that fails is its callers' error, and not that of the next.
    this.looking = learned.catch(() => undefined);
    return learned;
  }
}

/** Names remembered at most; beyond it the memory starts anew. */
const MAX_REMEMBERED = 500_000;

/** A name with its key. */
export interface KeyRow {
  readonly name: string;
  /** Below 2 ** 53. */
  readonly key: number;
}

/** Gives the keys of names; names that have none get one. */
export type LookUpKeys = (names: readonly string[]) => Promise<readonly KeyRow[]>;

/** The short keys of names, remembered by this thread. */
export class SurrogateKeys {
  private readonly known = new Map<string, number>();

  constructor(private readonly lookUp: LookUpKeys) {}

  /** The key of a name; undefined when it is not remembered. What was learned is forgotten when others learn too much. */
  find(name: string): number | undefined {
    return this.known.get(name);
  }

  /** Remembers the keys of these names; gives new names theirs. */
  async learn(unknown: ReadonlySet<string>): Promise<void> {
    const rows = await this.lookUp([...unknown]);
    if (this.known.size + rows.length > MAX_REMEMBERED) this.known.clear();
    for (const { name, key } of rows) this.known.set(name, key);
  }
}

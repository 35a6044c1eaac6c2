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

  /** Those of these names whose keys are not remembered, each once. */
  unknownOf(names: Iterable<string>): ReadonlySet<string> {
    const unknown = new Set<string>();
    for (const name of names) if (!this.known.has(name)) unknown.add(name);
    return unknown;
  }

  /** The key of a remembered name. What was learned is forgotten when others learn too much: ask `unknownOf` in the same turn. */
  keyOf(name: string): number {
    const key = this.known.get(name);
    if (key === undefined) throw new Error(`The key of "${name}" was not learned.`);
    return key;
  }

  /** Remembers the keys of these names; gives new names theirs. */
  async learn(unknown: ReadonlySet<string>): Promise<void> {
    const rows = await this.lookUp([...unknown]);
    if (this.known.size + rows.length > MAX_REMEMBERED) this.known.clear();
    for (const { name, key } of rows) this.known.set(name, key);
  }
}

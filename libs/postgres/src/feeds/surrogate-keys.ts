import type { SqlExecutor } from '../database.js';

/** Names remembered at most; beyond it the memory starts anew. */
const MAX_REMEMBERED = 500_000;

interface KeyRow {
  readonly name: string;
  readonly key: string;
}

/**
 * The short keys of names, remembered by this process. New names are committed at once, on a connection of their own:
 * a load that is rolled back leaves them, and no load waits for another one's.
 */
export class SurrogateKeys {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly executor: SqlExecutor,
    private readonly statements: { readonly add: string; readonly find: string },
  ) {}

  /** The key of each of these names; gives new names theirs. */
  async keysOf(names: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const keys = new Map<string, string>();
    const unknown = new Set<string>();
    for (const name of names) {
      const key = this.known.get(name);
      if (key === undefined) unknown.add(name);
      else keys.set(name, key);
    }
    if (unknown.size > 0) for (const { name, key } of await this.findOrAdd([...unknown])) keys.set(name, key);
    return keys;
  }

  private async findOrAdd(names: readonly string[]): Promise<readonly KeyRow[]> {
    let rows = await this.find(names);
    if (rows.length < names.length) {
      await this.executor.query(this.statements.add, [names]);
      rows = await this.find(names);
    }
    if (this.known.size + rows.length > MAX_REMEMBERED) this.known.clear();
    for (const { name, key } of rows) this.known.set(name, key);
    return rows;
  }

  private async find(names: readonly string[]): Promise<readonly KeyRow[]> {
    return (await this.executor.query<KeyRow>(this.statements.find, [names])).rows;
  }
}

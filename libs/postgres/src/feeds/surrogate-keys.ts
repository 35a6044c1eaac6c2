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

  /** Those of these names whose keys are not remembered, each once. */
  unknownOf(names: Iterable<string>): ReadonlySet<string> {
    const unknown = new Set<string>();
    for (const name of names) if (!this.known.has(name)) unknown.add(name);
    return unknown;
  }

  /** The key of a remembered name. What was learned is forgotten when others learn too much: ask `unknownOf` in the same turn. */
  keyOf(name: string): string {
    const key = this.known.get(name);
    if (key === undefined) throw new Error(`The key of "${name}" was not learned.`);
    return key;
  }

  /** Remembers the keys of these names; gives new names theirs. */
  async learn(unknown: ReadonlySet<string>): Promise<void> {
    const names = [...unknown];
    let rows = await this.find(names);
    if (rows.length < names.length) {
      await this.executor.query(this.statements.add, [names]);
      rows = await this.find(names);
    }
    if (this.known.size + rows.length > MAX_REMEMBERED) this.known.clear();
    for (const { name, key } of rows) this.known.set(name, key);
  }

  private async find(names: readonly string[]): Promise<readonly KeyRow[]> {
    return (await this.executor.query<KeyRow>(this.statements.find, [names])).rows;
  }
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { FileRefusedError } from '@millrace/ingest';
import { isBadData } from '../../sql-state.js';

/** What is remembered at most; beyond it the memory starts anew. */
const MOST_REMEMBERED = { names: 2 ** 18, characters: 2 ** 24 };

/** Looked up together at most: it bounds what a look-up takes of memory, here and where the connection is. */
const NAMES_AT_ONCE = 4_096;

/** Gives the keys of names in their order, below 2 ** 53; names that have none get one. */
export type LookUpKeys = (names: readonly string[]) => Promise<readonly number[]>;

/** The short keys of names, remembered by this thread. */
export class SurrogateKeys {
  private readonly known = new Map<string, number>();
  /** Of the known names. */
  private characters = 0;
  /** Asked for while a look-up is under way: they go together in the next. */
  private waiting = new Set<string>();
  private next: Promise<void> | undefined;
  private looking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly lookUp: LookUpKeys,
    private readonly most = MOST_REMEMBERED,
  ) {}

  /** The key of a name; undefined when it is not remembered. What was learned is forgotten when others learn too much. */
  find(name: string): number | undefined {
    return this.known.get(name);
  }

  /**
   * Remembers the keys of these names; gives new names theirs. Whoever awaits it finds all of them in that turn, and later those that
   * nobody has made forgotten.
   * @throws FileRefusedError when one holds half of a surrogate pair: PostgreSQL would be asked for another name, and answer with that
   */
  async learn(unknown: ReadonlySet<string>): Promise<void> {
    for (const name of unknown) if (!name.isWellFormed()) throw noText(name);
    try {
      await this.learnWithOthers(unknown);
    } catch (error) {
      if (!isBadData(error)) throw error;
      // Of the names of which of all that asked together, PostgreSQL does not say.
      await this.inTurn(() => this.learnAll([...unknown]));
    }
  }

  private learnWithOthers(unknown: ReadonlySet<string>): Promise<void> {
    for (const name of unknown) this.waiting.add(name);
    this.next ??= this.inTurn(() => {
      const names = [...this.waiting];
      this.waiting = new Set();
      this.next = undefined;
      return this.learnAll(names);
    });
    return this.next;
  }

  private inTurn(look: () => Promise<void>): Promise<void> {
    const looked = this.looking.then(look);
    // One that fails is its callers' error, and not that of the next. The next may forget what the callers are about to find: those
    // who learn too much together would ask in turn for ever.
    this.looking = looked.catch(() => undefined).then(() => nextTurn());
    return looked;
  }

  private async learnAll(names: readonly string[]): Promise<void> {
    const unknown = this.makeRoom(names);
    for (let from = 0; from < unknown.length; from += NAMES_AT_ONCE) {
      const some = unknown.slice(from, from + NAMES_AT_ONCE);
      const keys = await this.lookUp(some);
      for (const [at, name] of some.entries()) this.known.set(name, keys[at] as number);
      this.characters += charactersOf(some);
    }
  }

  /** Gives those that are to be looked up. Before the first is learned: none of those that are learned together is forgotten. */
  private makeRoom(names: readonly string[]): readonly string[] {
    const unknown = names.filter((name) => !this.known.has(name));
    const characters = this.characters + charactersOf(unknown);
    if (this.known.size + unknown.length <= this.most.names && characters <= this.most.characters) return unknown;
    this.known.clear();
    this.characters = 0;
    return names;
  }
}

function charactersOf(names: readonly string[]): number {
  return names.reduce((sum, { length }) => sum + length, 0);
}

function noText(name: string): FileRefusedError {
  return new FileRefusedError(
    'MR_ROWS_REFUSED',
    `The feed gives the name ${JSON.stringify(name)}, which holds half of a surrogate pair.`,
  );
}

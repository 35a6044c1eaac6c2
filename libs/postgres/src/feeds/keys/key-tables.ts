import { DatabaseError, type Pool } from 'pg';
import { ADD_OBJECT_TYPES, ADD_VEHICLES, FIND_OBJECT_TYPES, FIND_VEHICLES } from './surrogate-keys.sql.js';
import { SurrogateKeys, type LookUpKeys } from './surrogate-keys.js';
import { textArrayParameter } from './text-array-parameter.js';
import { UNIQUE_VIOLATION } from '../copy/write-directly.js';

/** The tables that give names their keys. */
export type KeyTable = 'vehicles' | 'objectTypes';

/** The keys that rows are made with, by table. */
export type FeedKeys = { readonly [Table in KeyTable]: SurrogateKeys };

const STATEMENTS = {
  vehicles: { add: ADD_VEHICLES, find: FIND_VEHICLES },
  objectTypes: { add: ADD_OBJECT_TYPES, find: FIND_OBJECT_TYPES },
} satisfies Record<KeyTable, object>;

interface KeyRow {
  readonly name: string;
  readonly key: number;
}

/**
 * Looks keys up in a table. New names are committed at once, on a connection that no load uses: a load that is rolled
 * back leaves them, and no load waits for another one's.
 */
export function lookUpIn(connection: Pool, table: KeyTable): LookUpKeys {
  const { add, find } = STATEMENTS[table];
  const lookUp: LookUpKeys = async (names) => {
    const keys = new Map<string, number>();
    const learnBy = async (statement: string, some: readonly string[]) => {
      const { rows } = await connection.query<KeyRow>(statement, [textArrayParameter(some)]);
      for (const { name, key } of rows) keys.set(name, key);
    };
    await learnBy(find, names);
    const unknown = keys.size === 0 ? names : names.filter((name) => !keys.has(name));
    try {
      // As if nobody else added one now: to be prepared for that takes nearly twice as long.
      if (unknown.length > 0) await learnBy(add, unknown);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
      return lookUp(names);
    }
    return names.map((name) => keys.get(name) as number);
  };
  return lookUp;
}

/**
 * Looks keys up and adds none: names that have no key get one below zero, which no row has, for as long as what this
 * gives is used.
 */
export function lookUpOnlyIn(connection: Pool, table: KeyTable): LookUpKeys {
  const provisional = new Map<string, number>();
  const provisionalKey = (name: string) => {
    const key = provisional.get(name) ?? -1 - provisional.size;
    provisional.set(name, key);
    return key;
  };
  return async (names) => {
    const { rows } = await connection.query<KeyRow>(STATEMENTS[table].find, [textArrayParameter(names)]);
    const known = new Map(rows.map(({ name, key }) => [name, key]));
    return names.map((name) => known.get(name) ?? provisionalKey(name));
  };
}

export function feedKeys(lookUp: (table: KeyTable) => LookUpKeys): FeedKeys {
  return {
    vehicles: new SurrogateKeys(lookUp('vehicles')),
    objectTypes: new SurrogateKeys(lookUp('objectTypes')),
  };
}

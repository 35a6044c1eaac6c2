import type { Pool } from 'pg';
import { ADD_OBJECT_TYPES, ADD_VEHICLES, FIND_OBJECT_TYPES, FIND_VEHICLES } from './surrogate-keys.sql.js';
import { SurrogateKeys, type KeyRow, type LookUpKeys } from './surrogate-keys.js';

/** The tables that give names their keys. */
export type KeyTable = 'vehicles' | 'objectTypes';

/** The keys that rows are made with, by table. */
export type FeedKeys = { readonly [Table in KeyTable]: SurrogateKeys };

const STATEMENTS = {
  vehicles: { add: ADD_VEHICLES, find: FIND_VEHICLES },
  objectTypes: { add: ADD_OBJECT_TYPES, find: FIND_OBJECT_TYPES },
} satisfies Record<KeyTable, object>;

/**
 * Looks keys up in a table. New names are committed at once, on a connection that no load uses: a load that is rolled
 * back leaves them, and no load waits for another one's.
 */
export function lookUpIn(connection: Pool, table: KeyTable): LookUpKeys {
  const { add, find } = STATEMENTS[table];
  return async (names) => {
    const known = (await connection.query<KeyRow>(find, [names])).rows;
    if (known.length === names.length) return known;
    const added = (await connection.query<KeyRow>(add, [names])).rows;
    if (known.length + added.length === names.length) return [...known, ...added];
    // Another process was quicker with some of them.
    return (await connection.query<KeyRow>(find, [names])).rows;
  };
}

/**
 * Looks keys up and adds none: names that have no key get one below zero, which no row has, for as long as what this
 * gives is used.
 */
export function lookUpOnlyIn(connection: Pool, table: KeyTable): LookUpKeys {
  const provisional = new Map<string, number>();
  return async (names) => {
    const known = (await connection.query<KeyRow>(STATEMENTS[table].find, [names])).rows;
    const found = new Set(known.map(({ name }) => name));
    const unknown = names.filter((name) => !found.has(name));
    for (const name of unknown) if (!provisional.has(name)) provisional.set(name, -1 - provisional.size);
    return [...known, ...unknown.map((name) => ({ name, key: provisional.get(name) as number }))];
  };
}

export function feedKeys(lookUp: (table: KeyTable) => LookUpKeys): FeedKeys {
  return {
    vehicles: new SurrogateKeys(lookUp('vehicles')),
    objectTypes: new SurrogateKeys(lookUp('objectTypes')),
  };
}

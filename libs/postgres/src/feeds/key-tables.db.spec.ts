import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../database-rig.contract.js';
import { lookUpIn } from './key-tables.js';

let rig: DatabaseRig;
beforeAll(async () => {
  rig = await openDatabaseRig();
});
afterAll(() => rig.close());

describe('the keys of names', () => {
  it('are given to new names and kept by known ones', async () => {
    const lookUp = lookUpIn(rig.database.pool, 'vehicles');
    const first = await lookUp(['a', 'b']);
    const second = await lookUp(['c', 'b', 'a']);
    expect(second.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
    expect(second).toEqual(expect.arrayContaining([...first]));
    expect(new Set(second.map(({ key }) => key)).size).toBe(3);
  });

  it('are the same for all who ask for new names at once', async () => {
    const lookUp = lookUpIn(rig.database.pool, 'objectTypes');
    const names = Array.from({ length: 200 }, (_, index) => `type-${String(index)}`);
    const answers = await Promise.all([names, names.toReversed(), names].map((some) => lookUp(some)));
    const keysOf = (rows: (typeof answers)[number]) => new Map(rows.map(({ name, key }) => [name, key]));
    expect(keysOf(answers[0] ?? []).size).toBe(200);
    for (const answer of answers) expect(keysOf(answer)).toEqual(keysOf(answers[0] ?? []));
  });
});

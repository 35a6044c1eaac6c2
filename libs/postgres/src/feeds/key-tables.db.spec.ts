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
    const [a, b] = await lookUp(['a', 'b']);
    const second = await lookUp(['c', 'b', 'a']);
    expect(second.slice(1)).toEqual([b, a]);
    expect(new Set(second).size).toBe(3);
  });

  it('are the same for all who ask for new names at once', async () => {
    const lookUp = lookUpIn(rig.database.pool, 'objectTypes');
    const names = Array.from({ length: 200 }, (_, index) => `type-${String(index)}`);
    const answers = await Promise.all([names, names.toReversed(), names].map((some) => lookUp(some)));
    expect(new Set(answers[0]).size).toBe(200);
    expect(answers[1]).toEqual(answers[0]?.toReversed());
    expect(answers[2]).toEqual(answers[0]);
  });
});

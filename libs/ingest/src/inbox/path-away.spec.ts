import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathAway } from './path-away.js';

const ID = '019ab000-0000-7000-8000-000000000001';

describe('a file that is put away', () => {
  it('lies in the folder of the day on which it was found, by its id and name', () => {
    expect(pathAway({ id: ID, name: 'vehicles_status_1.json' })).toBe(`2025-11-23/${ID}-vehicles_status_1.json`);
    expect(pathAway({ id: ID, name: 'north/vehicles_status_1.json' })).toBe(`2025-11-23/${ID}-vehicles_status_1.json`);
  });

  it('has a name that a file system takes, with the end of its own, whatever that is', () => {
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(names.filter((name) => !/[/\0\ud800-\udfff]/.test(name)), (name) => {
        const [, given = ''] = pathAway({ id: ID, name }).split('/');
        expect(Buffer.byteLength(given)).toBeLessThanOrEqual(255);
        expect(name.endsWith(given.slice(ID.length + 1))).toBe(true);
        expect(Buffer.byteLength(given)).toBeGreaterThan(Math.min(251, ID.length + Buffer.byteLength(name)));
      }),
    );
  });
});

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from '../../database-rig.contract.js';
import { lookUpIn, lookUpOnlyIn } from './key-tables.js';

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

  it('are told apart by every character, and of no names there are none', async () => {
    const lookUp = lookUpIn(rig.database.pool, 'vehicles');
    const names = ['"', '\\', '{}', 'a,b', 'NULL', 'null', ' ', 'é', '\u{1f697}', 'e\u0301', 'x'.repeat(200)];
    const keys = await lookUp(names);
    const { rows } = await rig.database.query<{ name: string; key: number }>(
      'SELECT vehicle_id AS name, key::float8 AS key FROM millrace.vehicles WHERE key = ANY ($1::bigint[])',
      [keys],
    );
    const known = new Map(rows.map(({ name, key }) => [name, key]));
    expect(names.map((name) => known.get(name))).toEqual(keys);
    expect(await lookUp([])).toEqual([]);
    expect(await lookUpOnlyIn(rig.database.pool, 'vehicles')([...names, 'unknown'])).toEqual([...keys, -1]);
  });

  it('are the same for all who ask for new names at once', async () => {
    const lookUp = lookUpIn(rig.database.pool, 'objectTypes');
    const names = Array.from({ length: 200 }, (_, index) => `type-${String(index)}`);
    const answers = await Promise.all([names, names.toReversed(), names].map((some) => lookUp(some)));
    expect(new Set(answers[0]).size).toBe(200);
    expect(answers[1]).toEqual(answers[0]?.toReversed());
    expect(answers[2]).toEqual(answers[0]);
  });

  it('are those of another process that was quicker, and the other names get theirs', async () => {
    const other = new Client({ connectionString: rig.url });
    await other.connect();
    try {
      await other.query('BEGIN');
      const { rows } = await other.query<{ key: number }>(
        `INSERT INTO millrace.vehicles (vehicle_id) VALUES ('raced') RETURNING key::float8 AS key`,
      );
      const looking = lookUpIn(rig.database.pool, 'vehicles')(['new', 'raced']);
      await vi.waitUntil(async () => {
        const waiting = await rig.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.rowCount > 0;
      }, 20_000);
      await other.query('COMMIT');
      const [added, raced] = await looking;
      expect(raced).toBe(rows[0]?.key);
      expect(added).not.toBe(raced);
    } finally {
      await other.end();
    }
  });
});

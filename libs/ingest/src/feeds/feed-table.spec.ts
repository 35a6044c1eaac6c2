import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FeedRegistry } from './feed-registry.js';
import { type ColumnDeclaration, defineTable, misfitIn, type TableDefinition } from './feed-table.js';
import { defineFeed } from './feed.js';

type Columns = Record<string, ColumnDeclaration>;
const declare = (changes: Partial<TableDefinition<Columns>>) => () =>
  defineTable<Columns>({ name: 'drivers', columns: { id: 'integer', note: 'text?' }, ...changes });

describe('defineTable', () => {
  it.each([
    ['a name that SQL would have to escape', { name: 'dri"vers' }],
    ['a name in capitals', { name: 'Drivers' }],
    ["a name like PostgreSQL's own", { name: 'pg_drivers' }],
    ['a long name', { name: 'd'.repeat(41) }],
    ['no columns', { columns: {} }],
    ['a column that SQL would have to escape', { columns: { 'id, name': 'text' as const } }],
    ["a column of PostgreSQL's own", { columns: { xmin: 'text' as const } }],
    ["the file's column", { columns: { file_id: 'text' as const } }],
    ['a type that there is not', { columns: { id: 'varchar' as 'text' } }],
    ['a key of no column', { key: ['name'] }],
    ['a key that may be empty', { key: ['note'] }],
    ['a key that names a column twice', { key: ['id', 'id'] }],
    ['a rule for conflicts without a key', { onConflict: 'refuse' as const }],
    ['a rule for conflicts that there is not', { key: ['id'], onConflict: 'replace' as 'keep' }],
  ])('refuses %s', (_, changes) => {
    expect(declare(changes)).toThrow(TypeError);
  });

  it('takes words of SQL as names', () => {
    expect(declare({ name: 'order', columns: { select: 'text' } })).not.toThrow();
  });
});

describe('what a column takes', () => {
  const misfit = (type: ColumnDeclaration, value: unknown) =>
    misfitIn(defineTable<Columns>({ name: 't', columns: { c: type } }), { c: value })?.why;

  it.each<[ColumnDeclaration, unknown[], unknown[]]>([
    ['text', ['', 'ä', '🚋'], ['a\u0000', '\ud800', 7, null, undefined]],
    ['integer', [0, -1, 2 ** 31 - 1, -(2 ** 31)], [2 ** 31, 1.5, NaN, '1', 1n]],
    ['bigint', [0, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n)], [2 ** 53, 2n ** 63n, 0.5, '1']],
    ['double', [0, -1.5, Number.MAX_VALUE], [NaN, Infinity, '1']],
    ['boolean', [true, false], [0, 'true']],
    ['date', ['2024-02-29', '0001-01-01', '9999-12-31'], ['2023-02-29', '0000-01-01', '2023-13-01', '2023-1-1', 'now']],
    ['timestamptz', ['2022-06-05 21:02:34.5+02:00'], ['2022-06-05T21:02:34Z', '2022-06-05 21:02:34', 'infinity']],
    ['jsonb', [{ a: [1, null] }, 'text', 0, '\\u0000'], ['\u0000', { '\ud800': 1 }, () => 1, undefined, null]],
    ['text?', ['a', null, undefined], [1]],
  ])('%s', (type, good, bad) => {
    for (const value of good) expect(misfit(type, value), JSON.stringify(String(value))).toBeUndefined();
    for (const value of bad) expect(misfit(type, value), JSON.stringify(String(value))).toBeTypeOf('string');
  });

  it('is no property that a row inherits', () => {
    expect(misfitIn(defineTable({ name: 't', columns: { constructor: 'jsonb' } }), {})).toBeDefined();
  });
});

describe('a table that two feeds fill', () => {
  const feedOf = (id: string, target: ReturnType<typeof defineTable>) =>
    defineFeed({ id, fileName: `${id}_[timestamp].json`, record: z.object({}), target, toRow: () => ({}) });

  it('is declared once, or twice the same', () => {
    const again = declare({})();
    expect(new FeedRegistry([feedOf('a', declare({})()), feedOf('b', again), feedOf('c', again)]).list()).toHaveLength(
      3,
    );
    expect(() => new FeedRegistry([feedOf('a', declare({})()), feedOf('b', declare({ key: ['id'] })())])).toThrow(
      expect.objectContaining({ code: 'MR_TABLE_TWICE' }),
    );
  });
});

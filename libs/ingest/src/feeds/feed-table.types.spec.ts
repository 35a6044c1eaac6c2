import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { defineTable } from './feed-table.js';
import { defineFeed } from './feed.js';

const drivers = defineTable({
  name: 'drivers',
  columns: { id: 'integer', name: 'text', seen: 'timestamptz?', balance: 'bigint' },
  key: ['id'],
});
const names = { id: 'drivers', fileName: 'drivers_[timestamp].json', target: drivers } as const;

it("a feed's rows are typed by the columns of its table", () => {
  defineFeed({
    ...names,
    record: z.object({ id: z.int32(), name: z.string() }),
    toRow: (record) => {
      expectTypeOf(record).toEqualTypeOf<{ id: number; name: string }>();
      return { ...record, balance: 7n };
    },
  });
  // @ts-expect-error a column that may not be empty has no field
  defineFeed({ ...names, record: z.object({ id: z.int32(), name: z.string() }), toRow: (record) => record });
  // @ts-expect-error a field of another type
  defineFeed({ ...names, record: z.object({}), toRow: () => ({ id: '7', name: '', balance: 0 }) });
});

it('a key names columns of its table', () => {
  // @ts-expect-error no such column
  expect(() => defineTable({ name: 'drivers', columns: { id: 'integer' }, key: ['name'] })).toThrow(TypeError);
});

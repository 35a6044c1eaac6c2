import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabaseRig, type DatabaseRig } from './database-rig.contract.js';
import { describeSchema } from './describe-schema.js';

describe('the schema', () => {
  let rig: DatabaseRig;
  beforeAll(async () => {
    rig = await openDatabaseRig();
  });
  afterAll(() => rig.close());

  it('is what schema.sql says (npm run db:schema writes it anew)', async () => {
    await expect(await describeSchema(rig.database, ['millrace', 'public'])).toMatchFileSnapshot('../schema.sql');
  });

  it('has every column that an entity maps, under the same type and nullability', async () => {
    const { rows } = await rig.database.query<{ column: string }>(`
      SELECT format('%s.%s.%s %s%s', relnamespace::regnamespace, relname, attname, format_type(atttypid, atttypmod),
                    CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END) AS column
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE attnum > 0 AND relnamespace::regnamespace::text = 'millrace'`);
    const actual = new Set(rows.map(({ column }) => column));
    const mapped = rig.database.dataSource.entityMetadatas.flatMap(({ schema, tableName, columns }) =>
      columns.map((column) => {
        const type = rig.database.dataSource.driver.normalizeType(column) + (column.isArray ? '[]' : '');
        return `${schema}.${tableName}.${column.databaseName} ${type}${column.isNullable ? '' : ' NOT NULL'}`;
      }),
    );
    expect(mapped.length).toBeGreaterThan(0);
    expect(mapped.filter((column) => !actual.has(column))).toEqual([]);
  });
});

import type { ColumnType, FeedTable } from '@millrace/ingest';
import { BinaryRows } from '../copy/binary-rows.js';
import type { EncodedRows, RowEncoder } from '../copy/row-encoder.js';

type WriteValue = (out: BinaryRows, value: never) => void;

const WRITE: { readonly [Type in ColumnType]: WriteValue } = {
  text: (out, value: string) => out.text(value),
  integer: (out, value: number) => out.integer(value),
  bigint: (out, value: number | bigint) => (typeof value === 'bigint' ? out.int64(value) : out.bigint(value)),
  double: (out, value: number) => out.double(value),
  boolean: (out, value: boolean) => out.boolean(value),
  date: (out, value: string) => out.date(value),
  timestamptz: (out, value: string) => void out.time(value),
  jsonb: (out, value: unknown) => out.jsonb(JSON.stringify(value)),
};

type TableValues = Readonly<Record<string, unknown>>;

/** Rows of a feed's own table: its columns in their order, then the file. Their values have been found to fit. */
export class FeedTableEncoder implements RowEncoder<TableValues> {
  private readonly out = new BinaryRows();
  private readonly columns;
  private readonly file: Buffer;

  /** @param fileId id of the file whose rows it makes */
  constructor({ columns }: FeedTable, fileId: string) {
    this.columns = columns.map(({ name, type }) => ({
      name,
      write: WRITE[type] as (out: BinaryRows, value: unknown) => void,
    }));
    this.file = Buffer.from(fileId.replaceAll('-', ''), 'hex');
  }

  async encode(rows: readonly TableValues[]): Promise<readonly EncodedRows[]> {
    const { out, columns, file } = this;
    for (const row of rows) {
      out.row(columns.length + 1);
      for (const { name, write } of columns) {
        const value = row[name];
        if (value === undefined || value === null) out.null();
        else write(out, value);
      }
      out.raw(file);
    }
    return [{ bytes: out.take(), rows: rows.length, hours: [] }];
  }

  async end(): Promise<readonly EncodedRows[]> {
    return [];
  }
}

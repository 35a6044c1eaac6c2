import type { StreamedFile } from '@millrace/ingest';
import { DatabaseError } from 'pg';
import type { Transaction } from '../database.js';
import { CopyWriter, writeAll } from './copy-writer.js';
import {
  ADD_MISSING_EVENTS,
  COPY_EVENTS,
  COPY_STAGED_EVENTS,
  COUNT_EQUAL_EVENTS,
  CREATE_STAGED_EVENTS,
  DELETE_EVENTS,
  MARK_HOURS,
} from './detection-event-sink.sql.js';
import { hoursOf, type ReadFile, type RowOrigin, type RowSink, type RowSource, rowsOf } from './row-sink.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Detection events go straight into their table by COPY. When an event is there already, from another file or twice
 * in this one, the file is read again into a TEMP table and what is missing goes in: an event is loaded once, by the
 * file that brought it first. The optimistic path costs nothing when nothing collides, the other 1.5 to 2 times as much.
 */
export class DetectionEventSink implements RowSink {
  async load(transaction: Transaction, source: RowSource) {
    await transaction.query('SAVEPOINT direct_copy');
    try {
      const { file, rows, hours } = await copyRows(transaction, COPY_EVENTS, source);
      await markHours(transaction, hours);
      return { file, counts: { loaded: file.records - file.rejected, unchanged: 0, conflicting: 0, rows } };
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
      await transaction.query('ROLLBACK TO SAVEPOINT direct_copy');
      return this.loadMissing(transaction, source);
    }
  }

  /** An event that is there already is the server's error: only a file alone is read again for it. */
  async loadRead(transaction: Transaction, files: readonly ReadFile[]) {
    await CopyWriter.run(transaction.client, COPY_EVENTS, (copy) => writeAll(copy, files));
    await markHours(transaction, hoursOf(files));
    return files.map((read) => {
      const { records, rejected } = read.file;
      return { loaded: records - rejected, unchanged: 0, conflicting: 0, rows: rowsOf(read) };
    });
  }

  async unload(transaction: Transaction, { contentId }: RowOrigin) {
    const { rows } = await transaction.query<{ rows: number }>(DELETE_EVENTS, [contentId]);
    return { rows: rows[0]?.rows ?? 0, restored: 0, forgotten: 0 };
  }

  private async loadMissing(transaction: Transaction, source: RowSource) {
    await transaction.query(CREATE_STAGED_EVENTS);
    const { file, hours } = await copyRows(transaction, COPY_STAGED_EVENTS, source);
    await markHours(transaction, hours);
    const [{ added, rows }] = (await transaction.query(ADD_MISSING_EVENTS)).rows as [{ added: number; rows: number }];
    const [{ equal }] = (await transaction.query(COUNT_EQUAL_EVENTS)).rows as [{ equal: number }];
    const conflicting = file.records - file.rejected - equal;
    return { file, counts: { loaded: added, unchanged: equal - added, conflicting, rows } };
  }
}

function copyRows(
  { client }: Transaction,
  statement: string,
  source: RowSource,
): Promise<{ file: StreamedFile; rows: number; hours: ReadonlySet<number> }> {
  return CopyWriter.run(client, statement, async (copy) => {
    let rows = 0;
    const hours = new Set<number>();
    const file = await source(async (encoded) => {
      rows += encoded.rows;
      for (const hour of encoded.hours) hours.add(hour);
      await copy.write(encoded.bytes);
    });
    return { file, rows, hours };
  });
}

/** Their roll-ups no longer hold: what is read of them is counted from the events, until they are folded anew. */
async function markHours(transaction: Transaction, hours: ReadonlySet<number>): Promise<void> {
  if (hours.size > 0) await transaction.query(MARK_HOURS, [[...hours]]);
}

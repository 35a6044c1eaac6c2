import type { StreamedFile } from '@millrace/ingest';
import type { Transaction } from '../../database.js';
import { writeDirectly } from '../copy/write-directly.js';
import { CopyWriter, writeAll } from '../copy/copy-writer.js';
import {
  ADD_MISSING_EVENTS,
  COPY_EVENTS,
  COPY_STAGED_EVENTS,
  COUNT_EQUAL_EVENTS,
  CREATE_STAGED_EVENTS,
  DELETE_EVENTS,
  MARK_HOURS,
} from './detection-event-sink.sql.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import type { PartitionsOfLoad } from '../partitions/partitions.js';
import {
  dueIn,
  encodedOf,
  hoursOf,
  type ReadFile,
  type RowOrigin,
  type RowSink,
  type RowSource,
  rowsOf,
} from '../copy/row-sink.js';

/**
 * Detection events go straight into their table by COPY. When an event is there already, from another file or twice
 * in this one, the file is read again into a TEMP table and what is missing goes in: an event is loaded once, by the
 * file that brought it first. The optimistic path costs nothing when nothing collides, the other 1.5 to 2 times as much.
 */
export class DetectionEventSink implements RowSink {
  readonly partitioned = 'detection_events';

  async load(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad, inOrder = false) {
    if (inOrder) return this.loadMissing(transaction, source, partitions);
    return writeDirectly(
      transaction,
      () => this.loadNew(transaction, source, partitions),
      () => this.loadMissing(transaction, source, partitions),
    );
  }

  /** An event that is there already is the server's error: only a file alone is read again for it. */
  async loadRead(transaction: Transaction, files: readonly ReadFile[], partitions: PartitionsOfLoad) {
    const hours = hoursOf(files);
    await partitions.add(partitions.missing(hours));
    await CopyWriter.run(transaction.client, COPY_EVENTS, (copy) => writeAll(copy, encodedOf(files)));
    await markHours(transaction, hours);
    return files.map((read) => ({ loaded: dueIn(read.file), unchanged: 0, conflicting: 0, rows: rowsOf(read) }));
  }

  async unload(transaction: Transaction, { contentId }: RowOrigin) {
    const { rows } = await transaction.query<{ rows: number }>(DELETE_EVENTS, [contentId]);
    return { rows: rows[0]?.rows ?? 0, restored: 0, forgotten: 0 };
  }

  private async loadNew(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad) {
    const { file, rows, hours } = await copyRows(transaction, source, partitions);
    await markHours(transaction, hours);
    return { file, counts: { loaded: dueIn(file), unchanged: 0, conflicting: 0, rows } };
  }

  private async loadMissing(transaction: Transaction, source: RowSource, partitions: PartitionsOfLoad) {
    await partitions.lookAgain();
    await transaction.query(CREATE_STAGED_EVENTS);
    const { file, hours } = await CopyWriter.run(transaction.client, COPY_STAGED_EVENTS, (copy) =>
      writeCounting(source, (encoded) => copy.write(encoded.bytes)),
    );
    await partitions.add(partitions.missing(hours));
    await markHours(transaction, hours);
    const [{ added, rows }] = (await transaction.query(ADD_MISSING_EVENTS)).rows as [{ added: number; rows: number }];
    const [{ equal }] = (await transaction.query(COUNT_EQUAL_EVENTS)).rows as [{ equal: number }];
    const conflicting = dueIn(file) - equal;
    return { file, counts: { loaded: added, unchanged: equal - added, conflicting, rows } };
  }
}

/** What a reading wrote. */
interface Written {
  readonly file: StreamedFile;
  readonly rows: number;
  readonly hours: ReadonlySet<number>;
}

/** Rows go into the partitioned table; where a chunk needs a partition that is not there, the COPY ends before it. */
function copyRows({ client }: Transaction, source: RowSource, partitions: PartitionsOfLoad): Promise<Written> {
  return CopyWriter.run(client, COPY_EVENTS, (copy) =>
    writeCounting(source, async ({ bytes, hours }) => {
      const missing = partitions.missing(hours);
      if (missing.length > 0) await copy.between(() => partitions.add(missing));
      await copy.write(bytes);
    }),
  );
}

async function writeCounting(source: RowSource, write: (encoded: EncodedRows) => Promise<void>): Promise<Written> {
  let rows = 0;
  const hours = new Set<number>();
  const file = await source(async (encoded) => {
    rows += encoded.rows;
    for (const hour of encoded.hours) hours.add(hour);
    await write(encoded);
  });
  return { file, rows, hours };
}

/** Their roll-ups no longer hold: what is read of them is counted from the events, until they are folded anew. */
async function markHours(transaction: Transaction, hours: ReadonlySet<number>): Promise<void> {
  if (hours.size > 0) await transaction.query(MARK_HOURS, [[...hours]]);
}

import type { Transaction } from '../../database.js';
import { CopyWriter, writeAll } from '../copy/copy-writer.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import {
  ADD_MISSING_REPORTS,
  COPY_MISSING_REPORTS,
  COPY_REPORTS,
  COPY_STAGED_REPORTS,
  CREATE_MISSING_REPORTS,
  CREATE_STAGED_REPORTS,
  DROP_STAGED_REPORTS,
} from './status-report-sink.sql.js';
import { writeDirectly } from '../copy/write-directly.js';

/** Counts the reports that are not there yet, and adds them nowhere. @param write writes all reports */
export async function countMissingReports<T>(
  transaction: Transaction,
  write: (copy: CopyWriter) => Promise<T>,
): Promise<{ readonly written: T; readonly missing: number }> {
  await transaction.query(CREATE_STAGED_REPORTS);
  const written = await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, write);
  await transaction.query(CREATE_MISSING_REPORTS);
  const { rowCount } = await transaction.query(COPY_MISSING_REPORTS);
  return { written, missing: rowCount };
}

/** Reports that were new, by content. */
export type AddedReports = ReadonlyMap<string, number>;

/** Adds reports to the history, those that are not there yet; gives undefined when none were. */
export function addReports(
  transaction: Transaction,
  reports: readonly EncodedRows[],
): Promise<AddedReports | undefined> {
  const write = (copy: CopyWriter) => writeAll(copy, reports);
  return writeDirectly<AddedReports | undefined>(
    transaction,
    async () => {
      await CopyWriter.run(transaction.client, COPY_REPORTS, write);
      return undefined;
    },
    async () => (await addMissingReports(transaction, write)).added,
  );
}

/**
 * Adds the reports that are missing through a TEMP table: in key order, so that two loads that go this way do not wait for each
 * other.
 * @param write writes all reports
 */
export async function addMissingReports<T>(
  transaction: Transaction,
  write: (copy: CopyWriter) => Promise<T>,
): Promise<{ readonly written: T; readonly added: AddedReports }> {
  await transaction.query(CREATE_STAGED_REPORTS);
  const written = await CopyWriter.run(transaction.client, COPY_STAGED_REPORTS, write);
  const { rows } = await transaction.query<{ contentId: string; loaded: number }>(ADD_MISSING_REPORTS);
  await transaction.query(DROP_STAGED_REPORTS);
  return { written, added: new Map(rows.map(({ contentId, loaded }) => [contentId, loaded])) };
}

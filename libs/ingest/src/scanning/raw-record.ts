import type { RecordsPath } from '../feeds/records-path.js';

/** The bytes of one record, not parsed yet, and where they stand. */
export interface RawRecord {
  /** Its place among the records of the file, from 0. */
  readonly index: number;
  /** Byte offset in the document, from 0. */
  readonly offset: number;
  /** Line of that byte, from 1. */
  readonly line: number;
  /** Where it stands in the document: keys and indexes from the top. */
  readonly path: RecordPath;
  readonly bytes: Buffer;
  /** Colons outside of texts: its keys, with those of the objects in it, each as often as it comes. */
  readonly members: number;
  /** Brackets open at its deepest place. */
  readonly depth: number;
}

/** Where a record stands: the array of records and its index there, or the document itself. */
type RecordPath = readonly [...RecordsPath, number] | readonly [];

import type { ReadSoFar, Reject, StreamedFile } from '@millrace/ingest';
import type { FailureMessage } from './failure-message.js';
import type { KeyTable } from '../keys/key-tables.js';
import type { RefusalMessage } from './refusal-message.js';
import type { EncodedRows } from '../copy/row-encoder.js';

/** What a thread is started with. */
export interface ReadingThreadData {
  /** Folder or package of the users' feeds. */
  readonly tasks: string;
}

/** What the rows of a reading become. */
export interface ReadContent {
  /** The content that they carry. */
  readonly contentId: number;
  /** Records of before are not loaded, in milliseconds since 1970; undefined: all are. */
  readonly keptFromMs: number | undefined;
}

/** What a reading thread is told. */
export type ToThread =
  | { kind: 'read'; id: number; descriptor: number; feed: string; file: string; content: ReadContent }
  /** What it gave first of this reading is dealt with. Memory that came with it, and that nobody reads any more, goes back. */
  | { kind: 'taken'; id: number; returned: readonly ArrayBuffer[] }
  | { kind: 'stop'; id: number }
  | { kind: 'keys'; request: number; keys: readonly number[] }
  | { kind: 'no-keys'; request: number; failure: FailureMessage };

/** What a reading thread tells. */
export type FromThread =
  | { kind: 'rows'; id: number; encoded: EncodedRows }
  | { kind: 'reject'; id: number; reject: Reject }
  | { kind: 'passed'; id: number; read: ReadSoFar }
  | { kind: 'look-up'; request: number; table: KeyTable; names: readonly string[] }
  | { kind: 'ended'; id: number; file: StreamedFile }
  | { kind: 'refused'; id: number; refusal: RefusalMessage }
  | { kind: 'failed'; id: number; failure: FailureMessage };

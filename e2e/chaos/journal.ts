import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { ChaosInput } from './expectation.js';
import type { Fault } from './fault-schedule.js';

/** What people do with a file that is loaded. */
export type Correction = 'unload' | 'reload' | 'resubmit';

/** What an outsider knows. Times are milliseconds; those named `db` by PostgreSQL's clock. */
export type JournalEntry =
  | {
      readonly what: 'sent';
      readonly tag: string;
      readonly key?: string;
      readonly task: string;
      readonly input: ChaosInput;
    }
  | { readonly what: 'accepted'; readonly tag: string; readonly key?: string; readonly runId: string }
  | { readonly what: 'cancel-sent'; readonly runId: string }
  | { readonly what: 'cancelled'; readonly runId: string; readonly dbMs: number }
  | { readonly what: 'retry-sent'; readonly runId: string; readonly dbMs: number }
  | { readonly what: 'retried'; readonly runId: string }
  | { readonly what: 'unexpected'; readonly request: string; readonly status: number; readonly body: string }
  | {
      readonly what: 'dropped';
      readonly file: string;
      readonly vehicle: string;
      readonly detections: number;
      readonly events: number;
    }
  /** One document after the other under one name, each of a vehicle of its own with so many detections. */
  | {
      readonly what: 'replaced';
      readonly file: string;
      readonly vehicles: readonly [former: string, last: string];
      readonly detections: number;
    }
  | { readonly what: 'correction-sent'; readonly correction: Correction; readonly fileId: string }
  | { readonly what: 'corrected'; readonly correction: Correction; readonly fileId: string; readonly runId: string }
  /** It was seen loaded, and comes again with more behind the same bytes: so many records in all. */
  | { readonly what: 'grown'; readonly file: string; readonly records: number }
  | { readonly what: 'fault'; readonly fault: Fault; readonly beganMs: number };

/** The outside record of what was acknowledged: on disk before the load treats an answer as known. */
export class Journal {
  readonly #fd: number;

  constructor(readonly file: string) {
    this.#fd = openSync(file, 'a');
  }

  write(entry: JournalEntry): void {
    writeSync(this.#fd, `${JSON.stringify({ atMs: Date.now(), ...entry })}\n`);
    fdatasyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** From the disk: what it does not hold was never acknowledged. */
  read(): JournalEntry[] {
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as JournalEntry);
  }
}

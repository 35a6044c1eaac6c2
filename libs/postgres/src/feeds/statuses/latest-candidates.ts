import type { PoolClient } from 'pg';
import { CopyWriter } from '../copy/copy-writer.js';
import type { EncodedRows } from '../copy/row-encoder.js';
import { COPY_STAGED_LATEST } from './status-report-sink.sql.js';

/** Kept until they are staged: less. */
const MOST_BYTES = 1024 * 1024;

/** The reports that may become the latest of their vehicles, on their way into their TEMP table. */
export class LatestCandidates {
  private waiting: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly client: PoolClient) {}

  /** Takes those that go with some rows, whose memory nobody reads here once that is done. No COPY may be open. */
  async add({ latest }: EncodedRows): Promise<void> {
    if (!latest) return;
    this.bytes += latest.length;
    const isEnough = this.bytes >= MOST_BYTES;
    this.waiting.push(isEnough ? latest : Uint8Array.from(latest));
    if (isEnough) await this.stage();
  }

  /** Stages those that wait. No COPY may be open. */
  async stage(): Promise<void> {
    const { waiting } = this;
    this.waiting = [];
    this.bytes = 0;
    if (waiting.length === 0) return;
    await CopyWriter.run(this.client, COPY_STAGED_LATEST, async (copy) => {
      for (const latest of waiting) await copy.write(latest);
    });
  }
}

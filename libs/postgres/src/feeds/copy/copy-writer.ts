import type { PoolClient } from 'pg';
import { from, type CopyStreamQuery } from 'pg-copy-streams';
import { inSpan } from '@millrace/telemetry';
import { SQL_SPAN } from '../../database.js';
import type { EncodedRows } from './row-encoder.js';

/** Chunks of a row each make a COPY four times slower than chunks of this size. */
const CHUNK_BYTES = 64 * 1024;
/** The format's signature, its flags (none), and the length of what could follow them. */
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
/** Where the fields of the next row would be counted. */
const TRAILER = Buffer.from([0xff, 0xff]);

/**
 * A COPY ... FROM STDIN in binary format, or several one after the other. Every method rejects with the server's error
 * once the server has refused a row; the transaction then needs a ROLLBACK, to a savepoint or whole.
 */
export class CopyWriter {
  private stream!: CopyStreamQuery;
  private failed!: Promise<never>;
  private gathered: Uint8Array[] = [];
  private gatheredBytes = 0;
  /** The chunk on its way: one goes out while the next is made. */
  private sending: Promise<void> = Promise.resolve();
  /** Whether the server waits for rows: otherwise there is nothing to end. */
  private open = false;

  private constructor(
    private readonly client: PoolClient,
    private readonly statement: string,
  ) {
    this.begin();
  }

  /** Runs a COPY: `work` writes the rows. When it throws, the COPY is ended as failed and that error thrown on. */
  static run<T>(client: PoolClient, statement: string, work: (copy: CopyWriter) => Promise<T>): Promise<T> {
    return inSpan('sql copy', SQL_SPAN, () => CopyWriter.#run(client, statement, work));
  }

  static async #run<T>(client: PoolClient, statement: string, work: (copy: CopyWriter) => Promise<T>): Promise<T> {
    const copy = new CopyWriter(client, statement);
    try {
      const result = await work(copy);
      await copy.finish();
      return result;
    } catch (error) {
      if (copy.open) copy.stream.destroy();
      throw error;
    }
  }

  /** Adds whole rows, as `BinaryRows` gives them; resolves when more can be taken. */
  async write(rows: Uint8Array): Promise<void> {
    // What is large enough is not copied together with what was gathered before.
    if (rows.length >= CHUNK_BYTES && this.gathered.length > 0) await this.flush();
    this.gathered.push(rows);
    this.gatheredBytes += rows.length;
    if (this.gatheredBytes >= CHUNK_BYTES) await this.flush();
  }

  /** Ends the COPY, does what cannot be done beside it, and begins another. */
  async between(work: () => Promise<void>): Promise<void> {
    await this.finish();
    await work();
    this.begin();
  }

  private begin(): void {
    const stream = this.client.query(from(this.statement));
    this.stream = stream;
    this.gathered = [HEADER];
    this.gatheredBytes = HEADER.length;
    this.open = true;
    // The stream only emits: a write that waits for its callback would wait for ever.
    this.failed = new Promise((_, reject) => {
      stream.on('error', (error) => {
        this.open = false;
        reject(error);
      });
    });
    this.failed.catch(() => undefined);
  }

  private async flush(): Promise<void> {
    const chunk = this.gathered.length === 1 ? this.gathered[0] : Buffer.concat(this.gathered);
    this.gathered = [];
    this.gatheredBytes = 0;
    await this.sending;
    this.sending = this.unlessFailed((done) => this.stream.write(chunk, done));
    this.sending.catch(() => undefined);
  }

  private async finish(): Promise<void> {
    this.gathered.push(TRAILER);
    await this.flush();
    await this.sending;
    await this.unlessFailed((done) => this.stream.end(done));
    this.open = false;
  }

  private unlessFailed(act: (done: () => void) => void): Promise<void> {
    return Promise.race([this.failed, new Promise<void>(act)]);
  }
}

/** Writes rows, one piece after the other. */
export async function writeAll(copy: CopyWriter, rows: readonly EncodedRows[]): Promise<void> {
  for (const { bytes } of rows) await copy.write(bytes);
}

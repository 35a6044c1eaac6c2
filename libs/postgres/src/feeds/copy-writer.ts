import type { PoolClient } from 'pg';
import { from, type CopyStreamQuery } from 'pg-copy-streams';

/** Row-sized chunks make a COPY four times slower than chunks of this size. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * One COPY ... FROM STDIN in text format. Every method rejects with the server's error once the server has refused a
 * row; the transaction then needs a ROLLBACK, to a savepoint or whole.
 */
export class CopyWriter {
  private readonly stream: CopyStreamQuery;
  private readonly failed: Promise<never>;
  private lines = '';
  /** The chunk on its way: one goes out while the next is made. */
  private sending: Promise<void> = Promise.resolve();
  /** Whether the server has ended the COPY: then there is nothing left to end. */
  private refused = false;

  private constructor(client: PoolClient, statement: string) {
    this.stream = client.query(from(statement));
    // The stream only emits: a write that waits for its callback would wait for ever.
    this.failed = new Promise((_, reject) => {
      this.stream.on('error', (error) => {
        this.refused = true;
        reject(error);
      });
    });
    this.failed.catch(() => undefined);
  }

  /** Runs one COPY: `work` writes the lines. When it throws, the COPY is ended as failed and that error thrown on. */
  static async run<T>(client: PoolClient, statement: string, work: (copy: CopyWriter) => Promise<T>): Promise<T> {
    const copy = new CopyWriter(client, statement);
    try {
      const result = await work(copy);
      await copy.finish();
      return result;
    } catch (error) {
      if (!copy.refused) copy.stream.destroy();
      throw error;
    }
  }

  /** Adds whole lines, each with its newline; resolves when more can be taken. */
  async write(lines: string): Promise<void> {
    this.lines += lines;
    if (this.lines.length >= CHUNK_LENGTH) await this.flush();
  }

  private async flush(): Promise<void> {
    const chunk = this.lines;
    this.lines = '';
    await this.sending;
    this.sending = this.unlessFailed((done) => this.stream.write(chunk, done));
    this.sending.catch(() => undefined);
  }

  private async finish(): Promise<void> {
    if (this.lines !== '') await this.flush();
    await this.sending;
    await this.unlessFailed((done) => this.stream.end(done));
  }

  private unlessFailed(act: (done: () => void) => void): Promise<void> {
    return Promise.race([this.failed, new Promise<void>(act)]);
  }
}

/** A text as a field of COPY's text format. */
export function copyText(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (character) => COPY_ESCAPES[character] ?? character);
}

const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

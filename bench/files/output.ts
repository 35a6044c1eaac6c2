import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

const CHUNK_LENGTH = 256 * 1024;

/** A file that is written in ASCII, in large pieces. */
export class Output {
  bytes = 0;
  private text = '';
  private readonly stream;

  constructor(path: string) {
    this.stream = createWriteStream(path);
  }

  async write(text: string): Promise<void> {
    this.bytes += text.length;
    this.text += text;
    if (this.text.length >= CHUNK_LENGTH) await this.flush();
  }

  async end(): Promise<void> {
    await this.flush();
    this.stream.end();
    await finished(this.stream);
  }

  private async flush(): Promise<void> {
    const { text } = this;
    this.text = '';
    if (!this.stream.write(text, 'latin1')) await once(this.stream, 'drain');
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reject } from './reject.js';

/** Bytes gathered before they are written. */
const WRITE_BYTES = 256 * 1024;
/** Rejects, and bytes of them, given back at once: what one statement takes (R7). */
const PAGE = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Lengths of a reject's head and of its raw bytes. */
const LENGTHS_BYTES = 8;

/**
 * Keeps the rejects of one load on disk until the open COPY has ended and its connection can take them (F3). The file has
 * no name from the moment it is open, so that no kill leaves it behind.
 */
export class RejectSpool {
  private handle: FileHandle | undefined;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private written = 0;

  /** @param folder created when the first reject comes */
  constructor(private readonly folder: string) {}

  async add({ raw, ...head }: Reject): Promise<void> {
    const text = Buffer.from(JSON.stringify(head));
    const lengths = Buffer.allocUnsafe(LENGTHS_BYTES);
    lengths.writeUInt32LE(text.length, 0);
    lengths.writeUInt32LE(raw.length, 4);
    this.gathered.push(lengths, text, raw);
    this.gatheredBytes += LENGTHS_BYTES + text.length + raw.length;
    if (this.gatheredBytes > WRITE_BYTES) await this.write();
  }

  /** Forgets all of them: the file is read again from its start. */
  clear(): void {
    this.gathered = [];
    this.gatheredBytes = 0;
    this.written = 0;
  }

  /** All rejects in the order in which they came, a statement's worth at a time. */
  async *pages(): AsyncGenerator<readonly Reject[]> {
    await this.write();
    let page: Reject[] = [];
    let bytes = 0;
    for (let position = 0; position < this.written;) {
      const { reject, end } = await this.readAt(position);
      page.push(reject);
      bytes += end - position;
      position = end;
      if (page.length === PAGE || bytes > PAGE_BYTES) {
        yield page;
        page = [];
        bytes = 0;
      }
    }
    if (page.length > 0) yield page;
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }

  private async write(): Promise<void> {
    if (this.gatheredBytes === 0) return;
    this.handle ??= await openUnnamed(this.folder);
    const bytes = Buffer.concat(this.gathered);
    await writeWhole(this.handle, bytes, this.written);
    this.written += bytes.length;
    this.gathered = [];
    this.gatheredBytes = 0;
  }

  private async readAt(position: number): Promise<{ reject: Reject; end: number }> {
    const lengths = await this.read(position, LENGTHS_BYTES);
    const [headLength, rawLength] = [lengths.readUInt32LE(0), lengths.readUInt32LE(4)];
    const body = await this.read(position + LENGTHS_BYTES, headLength + rawLength);
    const head = JSON.parse(body.toString('utf8', 0, headLength)) as Omit<Reject, 'raw'>;
    const reject = { ...head, raw: body.subarray(headLength) };
    return { reject, end: position + LENGTHS_BYTES + body.length };
  }

  private async read(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = (await this.handle?.read(buffer, 0, length, position)) ?? { bytesRead: 0 };
    if (bytesRead < length) throw new Error(`The spool of rejects ends after ${String(position + bytesRead)} bytes.`);
    return buffer;
  }
}

async function openUnnamed(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${randomUUID()}.rejects`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}

/** A write may take less than it was given. */
async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, from, bytes.length - from, position + from);
    from += bytesWritten;
  }
}

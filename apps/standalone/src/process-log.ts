import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** pino's numbers. */
const WARN = 40;
/** A log that has grown beyond it is moved aside at the next start; two are kept. */
const LARGEST_LOG_BYTES = 20 * 1024 * 1024;

/** What a child process writes: all of it goes into a file, warnings and errors to the screen too. */
export class ProcessLog {
  /** The latest line that may tell why a child has ended. */
  lastWarning: string | undefined;

  private constructor(
    readonly file: string,
    private readonly stream: WriteStream,
    private readonly show: (line: string) => void,
  ) {}

  static async open(folder: string, name: string, show: (line: string) => void): Promise<ProcessLog> {
    const file = join(folder, `${name}.log`);
    await mkdir(folder, { recursive: true });
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size > LARGEST_LOG_BYTES) await rename(file, `${file}.1`);
    return new ProcessLog(file, createWriteStream(file, { flags: 'a' }), show);
  }

  /** Reads a child's output to its end. */
  follow(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => {
      this.stream.write(`${line}\n`);
      const warning = warningOf(line);
      if (warning === undefined) return;
      if (isReason(line)) this.lastWarning = warning;
      this.show(warning);
    });
  }

  close(): void {
    this.stream.end();
  }
}

/** Of a stack trace, the line that names the error. */
const isReason = (line: string) => line.startsWith('{') || /^\w*Error\b/.test(line);

/** The message of a JSON line of level `warn` or worse, or a line that is no JSON (Node's own last words). */
function warningOf(line: string): string | undefined {
  const level = /^\{"level":(\d+)/.exec(line)?.[1];
  if (level === undefined) return line;
  if (Number(level) < WARN) return undefined;
  return (JSON.parse(line) as { msg?: string }).msg;
}

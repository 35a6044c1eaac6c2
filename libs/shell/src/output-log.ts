import type { Readable } from 'node:stream';
import type { TaskContext } from '@millrace/sdk';
import { LineSplitter } from './line-splitter.js';

/** Lines, and characters of them, that one execution keeps of what its command writes. */
const KEPT_LINES = 100_000;
const KEPT_CHARACTERS = 16 * 1024 * 1024;
/** Lines on stderr that an error quotes. */
const LAST_WORDS = 20;
const LONGEST_LAST_WORD = 500;
const LAST_BYTES = 8_192;
const NEWLINE = 10;

type LogTarget = Pick<TaskContext, 'log' | 'flushLog'>;

/**
 * Turns what a command writes into log lines, as it writes them. No more is read before the lines are stored, so a command
 * that floods its pipe waits; beyond a bound the rest is read, counted and left out.
 */
export class OutputLog {
  #lines = 0;
  #characters = 0;
  #leftOut = { lines: 0, bytes: 0 };
  #lastWords: string[] = [];

  constructor(private readonly target: LogTarget) {}

  /** Reads a pipe to its end, or until it is destroyed; never rejects. */
  async follow(pipe: Readable, level: 'info' | 'warn'): Promise<void> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of pipe) {
        const bytes = chunk as Buffer;
        if (this.#isFull()) this.#leaveOut(level, bytes);
        else {
          this.#add(level, splitter.push(bytes));
          await this.target.flushLog();
        }
      }
    } catch {
      // Destroyed, because someone outside the process group holds it open: what came until then counts.
    }
    this.#add(level, splitter.end());
  }

  /** Says what was left out. */
  close(): void {
    const { lines, bytes } = this.#leftOut;
    if (lines + bytes > 0)
      this.target.log.warn('the rest of the output was left out', { kept: this.#lines, lines, bytes });
  }

  /** The end of what came on stderr. */
  get lastWords(): string {
    return this.#lastWords.join('\n');
  }

  #isFull(): boolean {
    return this.#lines >= KEPT_LINES || this.#characters >= KEPT_CHARACTERS;
  }

  #add(level: 'info' | 'warn', lines: readonly string[]): void {
    if (level === 'warn') this.#remember(lines);
    for (const line of lines) {
      if (this.#isFull()) {
        this.#leftOut.lines += 1;
        this.#leftOut.bytes += line.length + 1;
        continue;
      }
      this.#lines += 1;
      this.#characters += line.length;
      this.target.log[level](line);
    }
  }

  /** A flood is counted and not decoded, so that it ends soon. */
  #leaveOut(level: 'info' | 'warn', bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === NEWLINE) this.#leftOut.lines += 1;
    this.#leftOut.bytes += bytes.length;
    if (level === 'warn') this.#remember(bytes.subarray(-LAST_BYTES).toString().split('\n'));
  }

  #remember(lines: readonly string[]): void {
    const words = lines.filter((line) => line.trim() !== '').map((line) => line.slice(0, LONGEST_LAST_WORD));
    this.#lastWords = [...this.#lastWords, ...words.slice(-LAST_WORDS)].slice(-LAST_WORDS);
  }
}

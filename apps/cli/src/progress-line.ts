import type { ServerEvent } from '@millrace/client';
import type { RunDetail } from './shapes.js';
import type { Terminal } from './terminal.js';

const BAR_WIDTH = 24;
/** Back to the start of the line, which is empty then. */
const CLEAR = '\r\u001B[2K';

type Children = Pick<RunDetail['children'], 'total' | 'unfinished' | 'unsuccessful'>;

/** The last line of a terminal: where a followed run stands. Nothing where lines cannot be written over. */
export class ProgressLine {
  #state = 'queued';
  #children: Children | undefined;
  #progress: RunDetail['progress'] = null;

  constructor(private readonly terminal: Terminal) {}

  /** An event of `GET /runs/:id/events`. */
  hear({ event, data }: ServerEvent): void {
    if (event === 'state') this.#state = (data as { state: string }).state;
    if (event === 'children') this.#children = data as Children;
    if (event === 'progress') this.#progress = data as RunDetail['progress'];
    this.#show();
  }

  /** Writes a line of its own above. */
  above(text: string): void {
    this.clear();
    this.terminal.note(`${text}\n`);
    this.#show();
  }

  clear(): void {
    if (this.terminal.rewrites) this.terminal.note(CLEAR);
  }

  #show(): void {
    if (this.terminal.rewrites) this.terminal.note(`${CLEAR}${this.#text()}`);
  }

  #text(): string {
    const { total = 0, unfinished = 0, unsuccessful = 0 } = this.#children ?? {};
    if (this.#progress) return `${bar(this.#progress.fraction)} ${this.#state}  ${this.#progress.note ?? ''}`;
    if (total === 0) return this.#state;
    const failed = unsuccessful === 0 ? '' : `, ${unsuccessful} not successful`;
    return `${bar((total - unfinished) / total)} ${this.#state}  ${total - unfinished} of ${total} children${failed}`;
  }
}

function bar(fraction: number): string {
  const full = Math.round(fraction * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${String(Math.round(fraction * 100)).padStart(3)} %`;
}

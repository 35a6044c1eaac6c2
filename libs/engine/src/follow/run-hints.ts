import type { HintChannel } from './hint-channel.port.js';

/** Milliseconds in which hints are gathered (R15). */
const PAUSE_MS = 50;
/** Runs in one text: PostgreSQL takes 8,000 bytes in a NOTIFY. */
const RUNS_A_TEXT = 300;
/** Texts at once; beyond them it is said that something was left out. */
const MOST_TEXTS = 8;
const LEFT_OUT = '*';

/** Tells all processes of which runs there is something new to see: at most one publication a process and 50 ms. */
export class RunHints {
  #gathered = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #publishing = false;

  constructor(private readonly channel: HintChannel) {}

  /** There is something new to see of these runs: call it after the commit. */
  told(runIds: readonly string[]): void {
    for (const runId of runIds) {
      // One more than is sent says that some were left out; the rest would only wait here.
      if (this.#gathered.size > MOST_TEXTS * RUNS_A_TEXT) break;
      this.#gathered.add(runId);
    }
    this.#schedule();
  }

  /** Hears of runs from now on; `onGap`: of some it was not told. */
  async subscribe(onTold: (runIds: readonly string[]) => void, onGap: () => void): Promise<void> {
    const hear = (text: string) => (text === LEFT_OUT ? onGap() : onTold(decode(text)));
    await this.channel.subscribe(hear, onGap);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.channel.close();
  }

  /** One publication at a time: what comes meanwhile goes with the next. */
  #schedule(): void {
    if (this.#gathered.size === 0 || this.#publishing) return;
    this.#timer ??= setTimeout(() => void this.#publish(), PAUSE_MS).unref();
  }

  async #publish(): Promise<void> {
    this.#timer = undefined;
    this.#publishing = true;
    const runIds = [...this.#gathered];
    this.#gathered = new Set();
    const texts: string[] = [];
    for (let at = 0; at < runIds.length && texts.length < MOST_TEXTS; at += RUNS_A_TEXT) {
      texts.push(encode(runIds.slice(at, at + RUNS_A_TEXT)));
    }
    if (runIds.length > MOST_TEXTS * RUNS_A_TEXT) texts.push(LEFT_OUT);
    // What is lost here is seen by the next look of whoever watches.
    await this.channel.publish(texts).catch(() => undefined);
    this.#publishing = false;
    this.#schedule();
  }
}

/** Ids one after the other, 16 bytes each, as base64. */
function encode(runIds: readonly string[]): string {
  return Buffer.from(runIds.join('').replaceAll('-', ''), 'hex').toString('base64');
}

function decode(text: string): string[] {
  const hex = Buffer.from(text, 'base64').toString('hex');
  return (hex.match(/.{32}/g) ?? []).map((id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}

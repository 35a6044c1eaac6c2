import type { Logger } from '@millrace/telemetry';

/** Looks which of many runs have ended, by one statement. */
export interface RunEnds {
  endedAmong(runIds: readonly string[]): Promise<readonly string[]>;
}

/** Waits at once in one process. */
const MAX_WAITS = 1_000;
/** Milliseconds between two looks while a wait is younger than `YOUNG_MS`: most runs that are waited for are short. */
const QUICK_MS = 15;
const YOUNG_MS = 1_000;
/** Milliseconds between two looks otherwise. */
const SLOW_MS = 100;

interface Wait {
  readonly runId: string;
  readonly since: number;
  readonly end: (ended: boolean) => void;
}

/**
 * Waits for runs to end. All waits of a process share one look at a time, so that PostgreSQL is asked as often for a
 * thousand of them as for one; without a wait it is not asked at all. No hint is needed, and none can be lost.
 */
export class RunWaits {
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #failing = false;
  #stopped = false;

  constructor(
    private readonly ends: RunEnds,
    private readonly logger: Logger,
    /** A wait beyond them is over at once. */
    private readonly maxWaits = MAX_WAITS,
  ) {}

  /** Waits at the moment. */
  get count(): number {
    return this.#waits.size;
  }

  /** Whether the process goes away. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Resolves to true when the run has ended; to false after `ms`, when nobody listens any more, or at `stop`. */
  async untilEnded(runId: string, ms: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#stopped || this.#waits.size >= this.maxWaits || signal?.aborted === true) return false;
    return new Promise((resolve) => {
      const end = (ended: boolean) => {
        clearTimeout(limit);
        signal?.removeEventListener('abort', give);
        this.#waits.delete(wait);
        resolve(ended);
      };
      const give = () => end(false);
      const limit = setTimeout(give, ms);
      signal?.addEventListener('abort', give, { once: true });
      const wait = { runId, since: performance.now(), end };
      this.#waits.add(wait);
      this.#schedule(QUICK_MS);
    });
  }

  /** Ends every wait, and takes no more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const { end } of [...this.#waits]) end(false);
  }

  #schedule(pauseMs: number): void {
    if (this.#looking || this.#waits.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), pauseMs);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    await this.#endWaits();
    this.#looking = false;
    const young = performance.now() - YOUNG_MS;
    this.#schedule([...this.#waits].some(({ since }) => since > young) ? QUICK_MS : SLOW_MS);
  }

  /** A look that fails is said once, until one works again; the waits go on to their time. */
  async #endWaits(): Promise<void> {
    try {
      const ended = new Set(await this.ends.endedAmong([...new Set([...this.#waits].map(({ runId }) => runId))]));
      for (const { runId, end } of [...this.#waits]) if (ended.has(runId)) end(true);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'cannot look for ended runs, and tries again');
      this.#failing = true;
    }
  }
}

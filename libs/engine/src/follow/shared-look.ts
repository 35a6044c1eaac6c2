import type { Logger } from '@millrace/telemetry';

/** How many times as long as a look takes nobody looks after it. */
const RESTS = 9;

/** Somebody who wants to know of a run. */
export interface Follower {
  readonly runId: string;
  /** False while he has not taken what he was told; he is passed over until he has. */
  readonly ready: () => boolean;
}

/** Looks for several followers by one statement, and tells them. Gives those for whom there is more at once. */
export type Look<F extends Follower> = (followers: readonly F[]) => Promise<readonly F[]>;

export interface SharedLookOptions {
  /** Milliseconds between two looks for all followers. */
  readonly pauseMs: number;
  /** Milliseconds from a hint to the look at what it named: hints that come meanwhile share it. @default 10 */
  readonly hintPauseMs?: number;
}

/**
 * One look at a time for all followers of a process, so that PostgreSQL is asked as often for a thousand of them as for
 * one, and not at all for none. Hints make it look sooner at the runs they name; none is needed, and none can be missed.
 * Between two looks it rests nine times as long as the last one took.
 */
export class SharedLook<F extends Follower> {
  readonly #followers = new Map<string, Set<F>>();
  readonly #hinted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #nextFull = 0;
  /** No look before: looking may take a tenth of the time. */
  #rested = 0;
  #looking = false;
  #failing = false;
  #stopped = false;

  constructor(
    private readonly look: Look<F>,
    private readonly logger: Logger,
    private readonly options: SharedLookOptions,
  ) {}

  /** Looks for this follower from now on; gives what ends that. */
  add(follower: F): () => void {
    const followers = this.#followers.get(follower.runId) ?? new Set();
    this.#followers.set(follower.runId, followers.add(follower));
    this.hint(follower.runId);
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(follower.runId) === followers) {
        this.#followers.delete(follower.runId);
      }
    };
  }

  /** Something may have changed about a run. */
  hint(runId: string): void {
    if (!this.#followers.has(runId)) return;
    this.#hinted.add(runId);
    this.#schedule(performance.now() + (this.options.hintPauseMs ?? 10));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#followers.clear();
  }

  #schedule(at: number): void {
    if (this.#stopped || this.#looking || Math.max(at, this.#rested) >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = Math.max(at, this.#rested);
    this.#timer = setTimeout(() => void this.#turn(), Math.max(0, this.#timerAt - performance.now()));
  }

  async #turn(): Promise<void> {
    this.#looking = true;
    this.#timerAt = Infinity;
    const full = performance.now() >= this.#nextFull;
    const runIds = full ? [...this.#followers.keys()] : [...this.#hinted];
    this.#hinted.clear();
    if (full) this.#nextFull = performance.now() + this.options.pauseMs;
    const followers = runIds.flatMap((runId) => [...(this.#followers.get(runId) ?? [])]).filter(({ ready }) => ready());
    const begun = performance.now();
    await this.#lookGuarded(followers);
    this.#rested = performance.now() + RESTS * (performance.now() - begun);
    this.#looking = false;
    if (this.#hinted.size > 0) this.#schedule(performance.now() + (this.options.hintPauseMs ?? 10));
    else if (this.#followers.size > 0) this.#schedule(this.#nextFull);
  }

  /** A look that fails is said once, until one works again; the followers wait. */
  async #lookGuarded(followers: readonly F[]): Promise<void> {
    if (followers.length === 0) return;
    try {
      for (const { runId } of await this.look(followers)) this.#hinted.add(runId);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'cannot look after followed runs, and tries again');
      this.#failing = true;
    }
  }
}

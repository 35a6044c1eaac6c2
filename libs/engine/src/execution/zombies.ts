import type { Execution } from './execution.js';

/** Functions left running that a worker bears. */
const MOST = 10;
/** Milliseconds that one of them may live. */
const LONGEST_LIFE_MS = 60_000;

export interface ZombieLimits {
  readonly most?: number;
  readonly longestLifeMs?: number;
}

/**
 * Functions that ignored their signal and run on although their runs have ended. Nothing can stop them but the end of the
 * process, for which it asks, once, when there are too many or one lives too long.
 */
export class Zombies {
  /** One entry for all items of a batch, which are in one function. */
  readonly #alive = new Set<object>();
  #asked = false;

  constructor(
    private readonly recycle: (why: string) => void,
    private readonly limits: ZombieLimits = {},
  ) {}

  add(execution: Execution): void {
    const { most = MOST, longestLifeMs = LONGEST_LIFE_MS } = this.limits;
    const { run, code } = execution;
    this.#alive.add(code);
    execution.logger.warn('a task ignored its signal and is left behind, still running');
    const tooLong = setTimeout(
      () => this.#ask(`a function of "${run.taskId}" ignores its signal`),
      longestLifeMs,
    ).unref();
    void execution.functionEnded.finally(() => {
      clearTimeout(tooLong);
      this.#alive.delete(code);
    });
    if (this.#alive.size >= most) this.#ask(`${this.#alive.size} functions ignore their signals`);
  }

  #ask(why: string): void {
    if (this.#asked) return;
    this.#asked = true;
    this.recycle(why);
  }
}

import type { Logger } from '@millrace/telemetry';

/** A chore done over and over: `runOnce`, then a pause. Start and stop are idempotent; stop waits for a chore under way. */
export class Loop {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #started = false;
  #failing = false;

  constructor(
    private readonly name: string,
    /** Milliseconds, or what gives them after each turn. */
    private readonly pauseMs: number | (() => number),
    private readonly runOnce: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#turn();
  }

  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #turn(): void {
    this.#running = this.#runGuarded().finally(() => {
      this.#running = undefined;
      if (this.#started) this.#timer = setTimeout(() => this.#turn(), this.#pause());
    });
  }

  #pause(): number {
    return typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs();
  }

  /** A chore that fails is said once, not at every turn, until it works again. */
  async #runGuarded(): Promise<void> {
    try {
      await this.runOnce();
      if (this.#failing) this.logger.info({ loop: this.name }, 'works again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.error({ err: error, loop: this.name }, 'failed, and is tried again');
      this.#failing = true;
    }
  }
}

import type { Logger } from '@millrace/telemetry';

const DEFAULT_QUIET_MS = 30_000;

/**
 * Logs errors that come in crowds: a lost backend makes each object of each queue emit the same one many times a
 * second. Each message is logged once and then, while it goes on, once in `quietMs` with its count.
 */
export class RepeatedErrorLog {
  readonly #seen = new Map<string, { loggedAt: number; suppressed: number }>();

  constructor(
    private readonly logger: Logger,
    /** What happened; the error says why. */
    private readonly event: string,
    private readonly quietMs: number = DEFAULT_QUIET_MS,
    private readonly now: () => number = Date.now,
  ) {}

  /** Bound, so that it can be an 'error' listener as it is. */
  readonly report = (error: Error): void => {
    const message = error.message === '' ? error.name : error.message;
    const now = this.now();
    const last = this.#seen.get(message);
    if (last !== undefined && now - last.loggedAt < this.quietMs) {
      last.suppressed += 1;
      return;
    }
    this.#forgetBefore(now - this.quietMs);
    this.#seen.set(message, { loggedAt: now, suppressed: 0 });
    this.logger.warn({ err: error, repeated: last?.suppressed ?? 0 }, this.event);
  };

  /** Messages can carry ports and ids: without this the map would grow with them. */
  #forgetBefore(time: number): void {
    for (const [message, { loggedAt }] of this.#seen) if (loggedAt < time) this.#seen.delete(message);
  }
}

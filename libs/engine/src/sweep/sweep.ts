import type { Logger } from '@millrace/telemetry';
import { Loop } from '../loop.js';
import type { Repair } from './repair.port.js';

const PAUSE_MS = 2_000;

/** How many were mended, by kind of repair. */
export type SweepCounts = Readonly<Record<string, number>>;

/**
 * Finds what was lost between the commits (R10). Each kind of repair takes its turns by itself: one that fails or has
 * much to do holds up none of the others.
 */
export class Sweep {
  readonly #totals: Record<string, number>;
  readonly #loops: readonly Loop[];

  constructor(
    private readonly repairs: readonly Repair[],
    private readonly logger: Logger,
  ) {
    this.#totals = Object.fromEntries(repairs.map(({ kind }) => [kind, 0]));
    this.#loops = repairs.map((repair) => {
      const chore = async () => void (await this.#turn(repair));
      return new Loop(`sweep of ${repair.kind}`, () => repair.pauseMs ?? PAUSE_MS, chore, logger);
    });
  }

  /** All that was mended since this process started, for metrics. */
  get totals(): SweepCounts {
    return { ...this.#totals };
  }

  /** From here on every kind takes its turns. */
  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  /** Resolves when the turns under way have ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
  }

  /** One turn of every kind, one after the other; a kind that fails counts nothing. */
  async runOnce(): Promise<SweepCounts> {
    const counts: Record<string, number> = {};
    for (const repair of this.repairs) {
      counts[repair.kind] = await this.#turn(repair).catch((error: unknown) => {
        this.logger.error({ err: error, kind: repair.kind }, 'a kind of repair failed');
        return 0;
      });
    }
    return counts;
  }

  async #turn(repair: Repair): Promise<number> {
    const mended = await repair.runOnce();
    if (mended === 0) return 0;
    const total = (this.#totals[repair.kind] ?? 0) + mended;
    this.#totals[repair.kind] = total;
    this.logger.info({ kind: repair.kind, mended, total }, 'the sweep mended runs');
    return mended;
  }
}

import type { Delivery, Gate, RunLimits } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';

/**
 * Asks gates to let runs through, as a transaction of its own after the commit that made room or brought a run (R11).
 * What is lost here, or waits for a rate when this process ends, the sweep asks again.
 */
export class Admissions {
  /** When to ask a rate again that is used up. */
  readonly #pauses = new Map<Gate, NodeJS.Timeout>();

  constructor(
    private readonly limits: RunLimits,
    private readonly deliver: (deliveries: readonly Delivery[]) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Never rejects. Gives how many runs may be claimed now. */
  async admit(gates: readonly Gate[]): Promise<number> {
    let admitted = 0;
    try {
      let asked = new Set(gates);
      while (asked.size > 0) {
        const admissions = await Promise.all([...asked].map((gate) => this.#ask(gate)));
        const deliveries = admissions.flatMap((admission) => admission.deliveries);
        admitted += deliveries.length;
        await this.deliver(deliveries);
        asked = new Set(admissions.flatMap(({ gate, again, onward }) => (again ? [gate, ...onward] : onward)));
      }
    } catch (error) {
      this.logger.warn({ err: error, gates }, 'an admission failed; the sweep will repeat it');
    }
    return admitted;
  }

  /** Puts a run that a delivery could not claim at its first gate, if it has one. */
  async arrive(runId: string, delivery: number): Promise<void> {
    const gate = await this.limits.arrive(runId, delivery);
    if (gate !== undefined) await this.admit([gate]);
  }

  async #ask(gate: Gate) {
    const admission = await this.limits.admit(gate);
    if (admission.pauseMs !== undefined) this.#askAfter(gate, admission.pauseMs);
    return { gate, ...admission };
  }

  #askAfter(gate: Gate, pauseMs: number): void {
    clearTimeout(this.#pauses.get(gate));
    const timer = setTimeout(() => {
      this.#pauses.delete(gate);
      void this.admit([gate]);
    }, pauseMs + 1);
    // The process must not stay for it.
    this.#pauses.set(gate, timer.unref());
  }
}

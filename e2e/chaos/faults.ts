import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault-schedule.js';
import { inflict } from './inflict.js';
import type { Journal } from './journal.js';
import type { System } from './system.js';

/** What a fault hits: two faults of one thing follow each other, as one process cannot be killed twice. */
const thingOf = ({ kind, target }: Fault) => (kind.endsWith('worker') ? `worker-${target}` : kind.split('-')[1]);

/** Milliseconds for which a fault is put off while there is nothing to harm: the load may be just out of breath. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 200;

/** Inflicts a schedule of faults. */
export class Faults {
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: System,
    private readonly journal: Journal,
    /** Whether there are runs that are queued, running and waiting. */
    private readonly isBusy: () => Promise<boolean>,
    private readonly say: (line: string) => void,
  ) {}

  start(schedule: readonly Fault[]): void {
    this.#running = this.#run(schedule);
  }

  /** Aborted when nothing more is to be inflicted: it was asked for, or a fault could not be. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Resolves when all faults are over and everything they took away is back. @throws when one could not be inflicted */
  async finish(): Promise<void> {
    await this.#running;
    await Promise.all(this.#underWay.values());
  }

  /** As `finish`, without the faults that have not begun. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.finish();
  }

  async #run(schedule: readonly Fault[]): Promise<void> {
    const began = Date.now();
    for (const fault of schedule) {
      const waiting = delay(Math.max(0, began + fault.atMs - Date.now()), undefined, { signal: this.#ending.signal });
      await waiting.catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      const thing = thingOf(fault) ?? fault.kind;
      const next = (this.#underWay.get(thing) ?? Promise.resolve()).then(() => this.#inflict(fault));
      next.catch(() => this.#ending.abort());
      this.#underWay.set(thing, next);
    }
  }

  async #inflict(fault: Fault): Promise<void> {
    const { kind, target, lastsMs } = fault;
    await this.#untilBusy();
    this.say(`${kind}${kind.endsWith('worker') ? ` ${target + 1}` : ''} (${lastsMs} ms)`);
    this.journal.write({ what: 'fault', fault, beganMs: Date.now() });
    await inflict(this.system, fault);
  }

  async #untilBusy(): Promise<void> {
    let over = false;
    const look = async () => {
      while (!over && !(await this.isBusy())) await delay(LOOK_MS);
    };
    await Promise.race([look(), delay(PATIENCE_MS, undefined, { signal: this.#ending.signal })]).catch(() => undefined);
    over = true;
  }
}

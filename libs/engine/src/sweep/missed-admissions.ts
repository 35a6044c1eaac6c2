import type { Gate } from '@millrace/runs';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

/** Gates asked in one turn at most. */
const PAGE = 200;

/**
 * Walks over the gates where runs wait, and lets through what there is room for: after a slot that came back with a
 * lease or a cancel, a limit that was raised, or an admission that a process did not live to make.
 */
export class MissedAdmissions implements Repair {
  readonly kind = 'admitted';
  /** Where the walk goes on. */
  #cursor: Gate | undefined;

  constructor(private readonly parts: SweepParts) {}

  async runOnce(): Promise<number> {
    const { store, dispatcher } = this.parts;
    const gates = await store.waitedAt(this.#cursor, PAGE);
    this.#cursor = gates.length < PAGE ? undefined : gates.at(-1);
    return dispatcher.admit(gates);
  }
}

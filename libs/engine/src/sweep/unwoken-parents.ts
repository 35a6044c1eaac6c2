import { eachGuarded } from './each-guarded.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAGE = 500;
/** A done call whose parent nobody has told of it for this long, in milliseconds. */
const UNWOKEN_MS = 1_000;

/** Tells parents of calls that are done and that nobody has told them of (R5 e). */
export class UnwokenParents implements Repair {
  readonly kind = 'unwoken';

  constructor(private readonly parts: SweepParts) {}

  async runOnce(): Promise<number> {
    const { repairs, dispatcher, logger } = this.parts;
    const parents = await repairs.unwokenParents(UNWOKEN_MS, PAGE);
    return eachGuarded(parents, logger, (runId) => dispatcher.wake(runId));
  }
}

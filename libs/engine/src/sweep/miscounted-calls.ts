import type { CallPlace, OpenCall } from '@millrace/runs';
import { eachGuarded } from './each-guarded.js';
import { Pace } from './pace.js';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAUSE_MS = 30_000;
/** Milliseconds of rest at most after a look that took long. */
const LONGEST_REST_MS = 600_000;
/** Calls looked at in one turn at most. */
const PAGE = 500;
/** Children counted in one turn, but for the first call, which is counted whatever it has. */
const CHILDREN_A_TURN = 20_000;

/**
 * Walks over the calls that runs wait for, holds what they count against their children (R10), and counts those anew that differ:
 * a count too high would let a run wait for ever, one too low would wake it early. Any difference is a bug, and is said as an error.
 */
export class MiscountedCalls implements Repair {
  readonly kind = 'recounted';
  /** Where the walk goes on. */
  #cursor: CallPlace | undefined;
  readonly #pace = new Pace(PAUSE_MS, LONGEST_REST_MS);

  constructor(private readonly parts: Pick<SweepParts, 'repairs' | 'logger'>) {}

  get pauseMs(): number {
    return this.#pace.pauseMs;
  }

  async runOnce(): Promise<number> {
    const { repairs, logger } = this.parts;
    const miscounted = await this.#pace.look(
      () => this.#look(),
      ({ length }) => length === 0,
    );
    let recounted = 0;
    const recount = async (call: CallPlace) => {
      if (!(await repairs.recount(call))) return;
      recounted += 1;
      logger.error({ run: call.runId, call: call.seq }, 'a call counted other than its children; it is counted anew');
    };
    await eachGuarded(miscounted, logger, recount, 1);
    return recounted;
  }

  async #look(): Promise<readonly CallPlace[]> {
    const { repairs } = this.parts;
    const open = await repairs.openCalls(this.#cursor, PAGE);
    const calls = upToChildren(open, CHILDREN_A_TURN);
    this.#cursor = calls.length < PAGE && calls.length === open.length ? undefined : calls.at(-1);
    return calls.length === 0 ? [] : repairs.miscounted(calls);
  }
}

/** The first calls that have no more children in all than this; one at least. */
function upToChildren(calls: readonly OpenCall[], most: number): readonly OpenCall[] {
  let children = 0;
  const end = calls.findIndex((call, index) => (children += call.children) > most && index > 0);
  return end === -1 ? calls : calls.slice(0, end);
}

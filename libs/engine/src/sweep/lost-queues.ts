import { randomUUID } from 'node:crypto';
import type { ExpectedSentinel } from '@millrace/runs';
import type { Repair } from './repair.port.js';
import type { SweepParts } from './sweep-parts.js';

const PAGE = 1_000;
/** Pages in one turn at most, so that the end of the process waits for no more. */
const PAGES_A_TURN = 20;
/** Milliseconds without a turn after which another worker takes a restoration over. */
const TAKE_OVER_MS = 10_000;

/** Queues whose runs are being delivered again. */
interface Restoration {
  readonly queues: readonly string[];
  /** The sentinel they hold from before the first page on: a second loss takes it away again. */
  readonly value: string;
  cursor: string | undefined;
}

/**
 * Notices that a queue has lost its jobs (a Redis that was flushed, replaced or restored from an older copy) by its
 * sentinel, and delivers all its queued runs again at once, under the numbers they have: a job that is there after all
 * is left as it is.
 *
 * The sentinel is renewed every quarter of a minute, so that a copy holds it only if it is that young. What such a copy
 * lacks, and what was lost one job at a time, is found by the walk over overdue runs.
 */
export class LostQueues implements Repair {
  readonly kind = 'restored';
  #restoration: Restoration | undefined;

  constructor(private readonly parts: SweepParts) {}

  async runOnce(): Promise<number> {
    this.#restoration ??= await this.#look();
    return this.#restoration === undefined ? 0 : this.#restore(this.#restoration);
  }

  async #look(): Promise<Restoration | undefined> {
    const { sentinels, queue } = this.parts;
    const expected = await sentinels.expected();
    const found = await queue.sentinels(expected.map((one) => one.queue));
    const held = expected.filter((one) => one.value !== undefined && found.get(one.queue) === one.value);
    await this.#renew(held.filter(({ old }) => old).map((one) => one.queue));
    const lost = expected.filter((one) => one.settled && !held.includes(one));
    return lost.length === 0 ? undefined : this.#begin(lost);
  }

  async #renew(old: readonly string[]): Promise<void> {
    if (old.length === 0) return;
    const value = randomUUID();
    const renewed = await this.parts.sentinels.renew(old, value);
    if (renewed.length > 0) await this.parts.queue.setSentinels(renewed, value);
  }

  async #begin(lost: readonly ExpectedSentinel[]): Promise<Restoration | undefined> {
    const { sentinels, logger } = this.parts;
    const value = randomUUID();
    const names = lost.map((one) => one.queue);
    const queues = await sentinels.restore(names, value, TAKE_OVER_MS);
    if (queues.length === 0) return undefined;
    // A queue that never had a sentinel is new, as all are at the first start: nobody needs to hear of that.
    const emptied = lost.filter((one) => one.value !== undefined && queues.includes(one.queue)).map((one) => one.queue);
    if (emptied.length > 0) {
      logger.warn({ queues: emptied }, 'these queues have lost their jobs: their queued runs are delivered again');
    }
    return { queues, value, cursor: undefined };
  }

  async #restore(restoration: Restoration): Promise<number> {
    const { sentinels, queue, logger } = this.parts;
    const { queues, value } = restoration;
    if ((await sentinels.restore(queues, value, TAKE_OVER_MS)).length < queues.length) {
      logger.warn({ queues }, 'another worker has taken over to deliver the runs of these queues again');
      this.#restoration = undefined;
      return 0;
    }
    if (!(await this.#holds(restoration))) {
      // The first turn, or another loss since the last one: what was delivered until then is gone.
      restoration.cursor = undefined;
      await queue.setSentinels(queues, value);
    }
    let delivered = 0;
    for (let pages = 0; pages < PAGES_A_TURN; pages += 1) {
      const page = await sentinels.queuedRuns(queues, restoration.cursor, PAGE);
      const delivering = page.filter(({ gate }) => gate === undefined);
      await queue.deliver(delivering);
      delivered += delivering.length;
      if (page.length < PAGE) {
        await this.#end(restoration);
        break;
      }
      restoration.cursor = page.at(-1)?.runId;
    }
    return delivered;
  }

  /** Not before the queues still hold the sentinel at the end; else the next turn begins anew. */
  async #end(restoration: Restoration): Promise<void> {
    if (!(await this.#holds(restoration))) return;
    await this.parts.sentinels.restored(restoration.value);
    this.#restoration = undefined;
  }

  async #holds({ queues, value }: Restoration): Promise<boolean> {
    const found = await this.parts.queue.sentinels(queues);
    return queues.every((queue) => found.get(queue) === value);
  }
}

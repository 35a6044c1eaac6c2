import type { Completion } from '@millrace/sdk';
import type { FileLedger } from './file-ledger.port.js';
import type { LoadContext } from './file-load.js';
import { Isolation } from './isolation.js';
import { Turns } from './turns.js';
import { unlessAborted } from './unless-aborted.js';

/**
 * Groups of files that are loaded at once: one that is read, one that PostgreSQL writes, one that is put away. More would not
 * be faster: all their files are open, and live in memory, until the last of them has come to its end.
 */
const GROUPS_AT_ONCE = 3;
/** A load of which an attempt was lost with its worker may be what kills it: from this attempt on it is made alone. */
export const SUSPECT_FROM_ATTEMPT = 3;

const NONE: ReadonlySet<string> = new Set();

/** Says when the loads of a process begin: groups in turn, and alone what may be what kills it. */
export class LoadOrder {
  private readonly groups = new Turns(GROUPS_AT_ONCE);
  private readonly isolation = new Isolation();

  constructor(private readonly ledger: Pick<FileLedger, 'lostAmong'>) {}

  /** Milliseconds since the load, or the group, began that has gone on longest; 0 when none does. */
  get oldestMs(): number {
    return this.isolation.oldestMs;
  }

  /** Ids of those runs whose loads are to be made alone. */
  async suspectsAmong(contexts: readonly Pick<LoadContext, 'attempt' | 'runId'>[]): Promise<ReadonlySet<string>> {
    const runIds = contexts.filter(({ attempt }) => attempt >= SUSPECT_FROM_ATTEMPT).map(({ runId }) => runId);
    return runIds.length === 0 ? NONE : this.ledger.lostAmong(runIds);
  }

  /** Makes one load. @throws SnoozeError when it is to be made alone, and is not */
  async one<T>(context: Pick<LoadContext, 'attempt' | 'runId' | 'signal'>, load: () => Promise<T>): Promise<T> {
    const suspects = await this.suspectsAmong([context]);
    return suspects.has(context.runId)
      ? this.isolation.alone(load, context.signal)
      : this.isolation.besideOthers(load, context.signal);
  }

  /** Makes the load of a suspect. @throws SnoozeError when it is not alone */
  alone<T>({ signal }: Pick<LoadContext, 'signal'>, load: () => Promise<T>): Promise<T> {
    return this.isolation.alone(load, signal);
  }

  /**
   * Makes the loads of a group when a few groups before it have ended; gives the outcome of each, in their order. One whose signal
   * is aborted while it waits for its turn fails at once with the reason, and is left where it is.
   */
  together(
    contexts: readonly Pick<LoadContext, 'signal'>[],
    loadAll: () => Promise<readonly PromiseSettledResult<Completion>[]>,
  ): readonly Promise<Completion>[] {
    if (contexts.length === 0) return [];
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const group = this.groups.take(() =>
      this.isolation.besideOthers(() => {
        begin();
        return loadAll();
      }),
    );
    return contexts.map(async ({ signal }, index) => {
      await unlessAborted(begun, signal);
      const outcome = (await group)[index] as PromiseSettledResult<Completion>;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }
}

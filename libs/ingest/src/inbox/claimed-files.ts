import type { Logger } from '@millrace/telemetry';
import type { Arrival } from './arrival.js';
import type { FileLedger } from '../loading/file-ledger.port.js';
import type { Inbox } from './inbox.js';

/** Files looked up at once. */
const PAGE = 500;
/** Since the last byte of an upload: none is on its way as long. */
const ABANDONED_MS = 24 * 3_600_000;

/** Looks after the claimed files of an inbox whose loader, or whose upload, died half way (protocol F7). */
export class ClaimedFiles {
  /** Ids of files that could not be moved, which was said: while a disk is full each look would say it of each file. */
  private readonly told = new Set<string>();

  constructor(
    private readonly inbox: Inbox,
    private readonly ledger: Pick<FileLedger, 'findAll'>,
    private readonly logger: Logger,
  ) {}

  /** Moves what the ledger says is over; what is open, unknown here, or failed and to be loaded again, stays. */
  async putAway(): Promise<void> {
    const ids = await this.inbox.claimed();
    const present = new Set(ids);
    for (const id of this.told) if (!present.has(id)) this.told.delete(id);
    for (let at = 0; at < ids.length; at += PAGE) {
      for (const arrival of (await this.ledger.findAll(ids.slice(at, at + PAGE))).values()) {
        if (arrival.state !== 'arrived' && arrival.state !== 'failed') await this.move(arrival);
      }
    }
    await this.settleUploads();
    const copies = await this.inbox.removeAbandonedCopies();
    if (copies > 0) this.logger.info({ copies }, 'removed partial copies of processes that died while they moved a file');
  }

  /** An upload of a process that died is kept when its arrival was committed, else removed: its sender had no answer. */
  private async settleUploads(): Promise<void> {
    const { uploads } = this.inbox;
    const ids = await uploads.olderThan(ABANDONED_MS);
    for (let at = 0; at < ids.length; at += PAGE) {
      const page = ids.slice(at, at + PAGE);
      const known = await this.ledger.findAll(page);
      for (const id of page) {
        if (known.has(id)) uploads.keep(id);
        else await uploads.discard(id);
        this.logger.info({ fileId: id, registered: known.has(id) }, 'an upload was left by a process that died');
      }
    }
  }

  private async move(arrival: Arrival): Promise<void> {
    const { id, name, state } = arrival;
    try {
      await this.inbox[wayOf(arrival)](arrival);
      this.told.delete(id);
    } catch (error) {
      if (this.told.has(id)) return;
      this.told.add(id);
      const message = `a claimed file is ${state} and cannot be moved to where it belongs yet; each look tries it again`;
      this.logger.warn({ err: error, file: name, fileId: id }, message);
    }
  }
}

/** One that vanished together with its inbox, and came back with it, is to be found anew. */
function wayOf({ state }: Arrival): 'archive' | 'quarantine' | 'giveBack' {
  if (state === 'vanished') return 'giveBack';
  return state === 'quarantined' ? 'quarantine' : 'archive';
}

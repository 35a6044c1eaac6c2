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
  constructor(
    private readonly inbox: Inbox,
    private readonly ledger: Pick<FileLedger, 'findAll'>,
    private readonly logger: Logger,
  ) {}

  /** Moves what the ledger says is over; what is open, unknown here, or failed and to be loaded again, stays. */
  async putAway(): Promise<void> {
    const ids = await this.inbox.claimed();
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
    await this.inbox[wayOf(arrival)](arrival).catch((error: unknown) => {
      this.logger.warn(
        { err: error, file: arrival.name, fileId: arrival.id },
        `a claimed file is ${arrival.state} and cannot be moved to where it belongs`,
      );
    });
  }
}

/** One that vanished together with its inbox, and came back with it, is to be found anew. */
function wayOf({ state }: Arrival): 'archive' | 'quarantine' | 'giveBack' {
  if (state === 'vanished') return 'giveBack';
  return state === 'quarantined' ? 'quarantine' : 'archive';
}

import type { Logger } from '@millrace/telemetry';
import type { Arrival } from './arrival.js';
import type { FileLedger } from '../loading/file-ledger.port.js';
import type { Inbox } from './inbox.js';

/** Files looked up at once. */
const PAGE = 500;

/** Puts claimed files away whose loader died between its commit and the move (protocol F7). */
export class ClaimedFiles {
  constructor(
    private readonly inbox: Inbox,
    private readonly ledger: FileLedger,
    private readonly logger: Logger,
  ) {}

  /** Moves what the ledger says is over; what is open, or unknown here, stays. */
  async putAway(): Promise<void> {
    const ids = await this.inbox.claimed();
    for (let at = 0; at < ids.length; at += PAGE) {
      for (const arrival of (await this.ledger.findAll(ids.slice(at, at + PAGE))).values()) {
        if (arrival.state !== 'arrived' && arrival.state !== 'vanished') await this.move(arrival);
      }
    }
  }

  private async move(arrival: Arrival): Promise<void> {
    const where = arrival.state === 'quarantined' ? 'quarantine' : 'archive';
    await this.inbox[where](arrival).catch((error: unknown) => {
      this.logger.warn(
        { err: error, file: arrival.name, fileId: arrival.id },
        `a claimed file cannot be moved to the ${where}`,
      );
    });
  }
}

import type { Logger } from '@millrace/telemetry';
import type { FileLedger } from './file-ledger.port.js';
import type { Inbox } from './inbox.js';

/** Puts claimed files away whose loader died between its commit and the move (protocol F7). */
export class ClaimedFiles {
  constructor(
    private readonly inbox: Inbox,
    private readonly ledger: FileLedger,
    private readonly logger: Logger,
  ) {}

  /** Moves what the ledger says is over; what is open, or unknown here, stays. */
  async putAway(): Promise<void> {
    for (const id of await this.inbox.claimed()) {
      const arrival = await this.ledger.find(id);
      const over = arrival && arrival.state !== 'arrived' && arrival.state !== 'vanished';
      if (!over) continue;
      const where = arrival.state === 'quarantined' ? 'quarantine' : 'archive';
      await this.inbox[where](arrival).catch((error: unknown) => {
        this.logger.warn(
          { err: error, file: arrival.name, fileId: id },
          `a claimed file cannot be moved to the ${where}`,
        );
      });
    }
  }
}

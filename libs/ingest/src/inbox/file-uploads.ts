import { newRunId, type Delivery, type NewRun } from '@millrace/runs';
import type { FileIdentity } from './arrival.js';
import { feedForName } from '../feeds/feed-for-name.js';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { FileLedger } from '../loading/file-ledger.port.js';
import type { Inbox } from './inbox.js';
import { InboxNotMountedError } from './upload.errors.js';

export interface FileUploadsParts {
  readonly inbox: Inbox;
  readonly feeds: FeedRegistry;
  readonly ledger: FileLedger;
  /** Bytes of the largest file that is taken. */
  readonly maxBytes: number;
  /** The run that will load the file of this arrival. */
  readonly newRun: (arrivalId: string, identity: FileIdentity) => Promise<NewRun>;
  /** Asks workers for runs that were committed; must not throw when the queue is down. */
  readonly deliver: (deliveries: readonly Delivery[]) => Promise<void>;
}

/** An uploaded file, on disk and in the ledger. */
export interface UploadedFile {
  readonly id: string;
  readonly feed: string;
  readonly runId: string;
}

/**
 * Takes files from programs that do not reach the inbox. Each is on disk before its arrival and run are committed, and
 * claimed under its own id after that: it never meets the scan, nor another file of its name.
 */
export class FileUploads {
  constructor(private readonly parts: FileUploadsParts) {}

  /**
   * Resolves once the file is durable and its arrival and run are committed.
   * @throws FileNameUnknownError, AmbiguousFileNameError, FileTooLargeError, InboxNotMountedError, and what the source throws: then nothing is kept
   */
  async take(name: string, bytes: AsyncIterable<Uint8Array>): Promise<UploadedFile> {
    const { inbox, feeds, ledger, newRun, deliver, maxBytes } = this.parts;
    const { id: feed } = feedForName(feeds, name);
    if (!(await inbox.isPrepared())) throw new InboxNotMountedError(inbox.path);
    const id = newRunId();
    const identity = await inbox.uploads.receive(id, bytes, maxBytes);
    try {
      const run = await newRun(id, identity);
      const [registration] = await ledger.register([{ found: { id, feed, name, identity, foundBy: 'api' }, run }]);
      if (registration?.status !== 'registered') throw new Error(`The upload ${id} was in the ledger before.`);
      inbox.uploads.keep(id);
      void deliver([registration.delivery]);
      return { id, feed, runId: run.id };
    } catch (error) {
      // Perhaps the commit was lost only on its way here: under its name the scan registers it, or its run claims it.
      await inbox.uploads.release({ id, name });
      throw error;
    }
  }
}

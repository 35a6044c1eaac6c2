import { DRY_RUN_REJECTS, type FileDryRun } from '@millrace/contracts';
import { newRunId } from '@millrace/runs';
import { feedForName } from '../feeds/feed-for-name.js';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { Feed } from '../feeds/feed.js';
import type { Arrival } from '../inbox/arrival.js';
import { ClaimedFile } from '../inbox/claimed-file.js';
import type { FilePlaces } from '../inbox/inbox.js';
import { hasCode } from '../inbox/system-error.js';
import { writeUnnamed } from '../inbox/write-unnamed.js';
import { streamRecords } from '../records/record-stream.js';
import type { Reject } from '../records/reject.js';
import { FileRefusedError } from '../scanning/document.errors.js';
import { documentOf } from './document-of.js';
import type { FileLedger, WriteRows } from './file-ledger.port.js';
import { toReason } from './file-reason.js';
import { FileVanishedError, UnknownFileError } from './load.errors.js';

/** A file that is tried out. */
interface Trial {
  readonly fileId: string;
  readonly name: string;
  readonly feed: Feed;
  readonly signal: AbortSignal;
}

/**
 * Says what a load of a file would do, by loading it in a transaction that is rolled back: what it finds is what a load
 * would have found. Nothing is claimed, moved or kept.
 */
export class DryRunner {
  constructor(
    private readonly ledger: FileLedger,
    private readonly feeds: FeedRegistry,
    private readonly places: Pick<FilePlaces, 'placesOf'>,
    /** Folder for uploads while they are tried, which have no name there. */
    private readonly spoolFolder: string,
  ) {}

  /**
   * Tries a file of the ledger, wherever it lies.
   * @throws UnknownFileError, UnknownFeedError, FileVanishedError when it lies nowhere
   */
  async dryRun(fileId: string, signal: AbortSignal): Promise<FileDryRun> {
    const arrival = await this.ledger.find(fileId);
    if (!arrival) throw new UnknownFileError(fileId);
    const { name } = arrival;
    const feed = this.feeds.get(arrival.feed);
    return this.tryOut({ fileId, name, feed, signal }, () => this.open(arrival));
  }

  /**
   * Tries bytes that are sent, as a file of this name.
   * @param maxBytes counted while they come
   * @throws FileNameUnknownError, AmbiguousFileNameError, FileTooLargeError, and what the source throws
   */
  async dryRunUpload(
    {
      name,
      bytes,
      maxBytes,
    }: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array>; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<FileDryRun> {
    const feed = feedForName(this.feeds, name);
    const descriptor = await writeUnnamed(this.spoolFolder, bytes, maxBytes);
    return this.tryOut({ fileId: newRunId(), name, feed, signal }, () => ClaimedFile.of(descriptor));
  }

  private async tryOut(trial: Trial, open: () => ClaimedFile): Promise<FileDryRun> {
    const { name, feed } = trial;
    const about = { file: name, feed: feed.id, duplicateOf: null, reason: null, counts: null };
    let rejects: Reject[] = [];
    const begin = () => {
      rejects = [];
      return {
        reject: async (reject: Reject) => void (rejects.length < DRY_RUN_REJECTS && rejects.push(reject)),
        passed: () => undefined,
      };
    };
    const shown = () => rejects.map(({ raw: _raw, ...reject }) => reject);
    try {
      const file = open();
      try {
        const stream = (write: WriteRows, keptFromMs?: number) =>
          streamRecords(documentOf(file, name), feed, { write, ...begin() }, trial.signal, keptFromMs);
        const { duplicateOf, counts } = await this.ledger.dryRun({
          ...{ fileId: trial.fileId, feed: feed.id, target: feed.target, stream },
          newPartitions: feed.accepts.newPartitions,
        });
        return duplicateOf === undefined
          ? { ...about, outcome: 'loaded', counts, rejects: shown() }
          : { ...about, outcome: 'duplicate', duplicateOf, rejects: [] };
      } finally {
        file.close();
      }
    } catch (error) {
      if (!(error instanceof FileRefusedError)) throw error;
      return { ...about, outcome: 'quarantined', reason: toReason(error, name), rejects: shown() };
    }
  }

  /** A load may move it between the look and the open; then it lies where the move goes. */
  private open(arrival: Arrival): ClaimedFile {
    for (const path of [...this.places.placesOf(arrival), ...this.places.placesOf(arrival)]) {
      try {
        return ClaimedFile.open(path);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
      }
    }
    throw new FileVanishedError(arrival.name);
  }
}

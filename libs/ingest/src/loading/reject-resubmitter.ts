import type { ResubmitRejectResult } from '@millrace/contracts';
import type { Completion } from '@millrace/sdk';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { Feed } from '../feeds/feed.js';
import { checkLoneRecord } from '../records/lone-record.js';
import type { FileLedger, KeptReject, LoneRecord } from './file-ledger.port.js';
import { RecordRefusedError, RejectCutError, RejectResolvedError, UnknownRejectError } from './resubmit.errors.js';

/** A reject that is to be loaded after all. */
export interface WantedReject {
  readonly fileId: string;
  /** Its place among the records of the file, from 0. */
  readonly index: number;
  /** The record put right. @default as it stands in the file */
  readonly text?: string | undefined;
}

/** What resubmitting a reject needs of its task's context. */
export interface ResubmitContext {
  readonly runId: string;
  /** Makes the ticket that ends the run in the record's own transaction: `ctx.completion`. */
  completion(result: ResubmitRejectResult): Completion;
}

/** Loads single records that were set aside: as they are once their feed takes them, or put right by a person. */
export class RejectResubmitter {
  constructor(
    private readonly ledger: FileLedger,
    private readonly feeds: FeedRegistry,
  ) {}

  /**
   * Whether the record would be loaded now; changes nothing.
   * @throws UnknownRejectError, RejectResolvedError, RejectCutError, RecordRefusedError, UnknownFeedError
   */
  async check(wanted: WantedReject): Promise<void> {
    await this.read(wanted);
  }

  /**
   * Loads the record among those of its file, and ends the run with it.
   * @throws as `check`, FileNotLoadedError when the file was unloaded meanwhile: nothing was written
   */
  async resubmit(wanted: WantedReject, context: ResubmitContext): Promise<Completion> {
    const { feed, record } = await this.read(wanted);
    return this.ledger.resubmit({
      arrivalId: wanted.fileId,
      index: wanted.index,
      target: feed.target,
      record,
      isCorrected: wanted.text !== undefined,
      runId: context.runId,
      complete: (result) => context.completion(result),
    });
  }

  private async read({ fileId, index, text }: WantedReject): Promise<{ feed: Feed; record: LoneRecord }> {
    const reject = await this.ledger.findReject(fileId, index);
    if (!reject) throw new UnknownRejectError(fileId, index);
    if (reject.resolvedBy !== null) throw new RejectResolvedError(fileId, index, reject.resolvedBy);
    const feed = this.feeds.get(reject.feed);
    const bytes = text === undefined ? wholeOf(index, reject) : Buffer.from(text);
    const checked = checkLoneRecord(feed, index, bytes);
    if ('reject' in checked) throw new RecordRefusedError(checked.reject);
    return { feed, record: { ...checked, bytes } };
  }
}

function wholeOf(index: number, { raw, length }: KeptReject): Buffer {
  if (raw.length < length) throw new RejectCutError(index, length);
  return raw;
}

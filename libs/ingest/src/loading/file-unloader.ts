import type { UnloadFileResult } from '@millrace/contracts';
import type { Completion } from '@millrace/sdk';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { FileLedger } from './file-ledger.port.js';
import { FileNotLoadedError, UnknownFileError } from './load.errors.js';

/** What taking a file back needs of its task's context. */
export interface UnloadContext {
  readonly runId: string;
  /** Makes the ticket that ends the run in the file's own transaction: `ctx.completion`. */
  completion(result: UnloadFileResult): Completion;
}

/** Takes back the rows that one file gave. The file itself stays in the archive, from where it can be loaded again. */
export class FileUnloader {
  constructor(
    private readonly ledger: FileLedger,
    private readonly feeds: FeedRegistry,
  ) {}

  /** @throws FatalError when the file is unknown or not loaded */
  async unload(fileId: string, context: UnloadContext): Promise<Completion> {
    const arrival = await this.ledger.find(fileId);
    if (!arrival) throw new UnknownFileError(fileId);
    if (arrival.state !== 'loaded') throw new FileNotLoadedError(fileId, arrival.state);
    const { target } = this.feeds.get(arrival.feed);
    const complete = (result: UnloadFileResult) => context.completion(result);
    return this.ledger.unload({ arrivalId: fileId, target, complete });
  }
}

import type { Logger } from '@millrace/telemetry';
import type { FailedArrival, FileLedger } from './file-ledger.port.js';

/** Open files looked at in one turn; the next turn goes on behind them. */
const PAGE = 1_000;

/**
 * Finds the files whose run has failed for good for a reason that is not theirs: a disk that could not be read, a worker that
 * died, a person who cancelled it. No transaction of a load says so of them. They stay where they are, and can be loaded again.
 */
export class FailedLoads {
  #after: string | undefined;

  constructor(
    private readonly ledger: Pick<FileLedger, 'endFailed'>,
    private readonly logger: Logger,
    /** Is told of each of them, for metrics. */
    private readonly onFailed: (file: FailedArrival) => void = () => undefined,
  ) {}

  async runOnce(): Promise<void> {
    const { failed, next } = await this.ledger.endFailed(this.#after, PAGE);
    this.#after = next;
    for (const file of failed) {
      const { id: fileId, name, runId, reason } = file;
      this.onFailed(file);
      this.logger.error(
        { file: name, fileId, runId, code: reason.code },
        `"${name}" is not loaded, its run has failed: ${reason.message}`,
      );
    }
  }
}

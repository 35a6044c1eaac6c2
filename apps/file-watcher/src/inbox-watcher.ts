import type { ClaimedFiles, Inbox, InboxScan } from '@millrace/ingest';
import type { Led } from '@millrace/postgres';
import type { Logger } from '@millrace/telemetry';
import { InboxHints } from './inbox-hints.js';

/**
 * Between two tries while the inbox cannot be scanned, between two looks at the claimed files, and, of a crowded inbox, at
 * those that wait to be claimed.
 */
const AGAIN_MS = 5_000;
/**
 * With more files than this in the inbox hints are not asked for: at each change chokidar looks at every file of the
 * folder, for as long as a core is there, and the next scan is never far.
 */
const MOST_HINTED = 500;
/** Between two scans of an inbox that gives no hints. */
const SCAN_CROWDED_MS = 500;

/**
 * Scans the inbox: at once, every some seconds, when chokidar hints at a change, and when a file that had not settled may have.
 * Two watchers of one inbox do no harm: the ledger registers each file once.
 */
export class InboxWatcher implements Led {
  private readonly hints: InboxHints;
  private timer: NodeJS.Timeout | undefined;
  private scanning: Promise<void> | undefined;
  private stopped = false;
  private hinted = false;
  /** When the claimed files, and those that wait to be claimed, are looked at again, in milliseconds of the steady clock. */
  private putAwayAtMs = 0;
  /** When a crowded inbox is looked at whole again, by the same clock. */
  private lookAtAllAtMs = 0;
  private failing = false;
  /** Whether the inbox gives no hints; unknown before it is listed. */
  private crowded: boolean | undefined;
  private onListed: () => void = () => undefined;

  constructor(
    private readonly inbox: Inbox,
    private readonly scan: InboxScan,
    private readonly claimed: ClaimedFiles,
    private readonly logger: Logger,
    /** Milliseconds between two full scans when nothing happens. */
    private readonly scanEveryMs: number,
  ) {
    this.hints = new InboxHints(inbox, (name) => this.hint(name), logger);
  }

  /** Resolves once hints come, or are not asked for. */
  async start(): Promise<void> {
    this.stopped = false;
    this.crowded = undefined;
    this.logger.info({ inbox: this.inbox.path }, 'watching the inbox');
    const listed = new Promise<void>((resolve) => (this.onListed = resolve));
    this.turn();
    await listed;
    await this.hints.ready;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.hints.close();
    await this.scanning;
  }

  private hint(name: string | undefined): void {
    if (name !== undefined) this.scan.hint(name);
    this.hinted = true;
    if (!this.scanning) this.turn();
  }

  /** One scan at a time; a hint that comes meanwhile brings the next at once. */
  private turn(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.hinted = false;
    this.scanning = this.runOnce().then((againMs) => {
      this.scanning = undefined;
      this.timer = setTimeout(() => this.turn(), this.hinted ? 0 : againMs);
      if (this.stopped) clearTimeout(this.timer);
    });
  }

  /** Gives the milliseconds until the next scan. A fault is said once, not at every scan, until it is over. */
  private async runOnce(): Promise<number> {
    try {
      await this.putAwayWhenDue();
      const againMs = await this.scan.runOnce({
        onListed: (names) => this.hintUnless(names > MOST_HINTED),
        newOnly: this.isForNewOnes(),
      });
      if (this.failing) this.logger.info({ inbox: this.inbox.path }, 'the inbox is scanned again');
      this.failing = false;
      return Math.min(this.crowded === true ? SCAN_CROWDED_MS : this.scanEveryMs, Math.ceil(againMs));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.failing)
        this.logger.error({ err: error }, `the inbox cannot be scanned, and is tried again: ${message}`);
      this.failing = true;
      return AGAIN_MS;
    } finally {
      this.onListed();
    }
  }

  private hintUnless(crowded: boolean): void {
    if (crowded !== this.crowded && !this.stopped) {
      this.crowded = crowded;
      if (crowded) void this.hints.close();
      else this.hints.open();
    }
    this.onListed();
  }

  /** The inbox may have been removed and made again, mounted anew, or replaced by a link. */
  private async renewHints(): Promise<void> {
    if (!this.hints.areOfAnother) return;
    await this.hints.close();
    if (!this.stopped) this.hints.open();
  }

  private isForNewOnes(): boolean {
    const nowMs = performance.now();
    if (this.crowded === true && nowMs < this.lookAtAllAtMs) return true;
    this.lookAtAllAtMs = nowMs + AGAIN_MS;
    return false;
  }

  private async putAwayWhenDue(): Promise<void> {
    if (performance.now() < this.putAwayAtMs) return;
    this.putAwayAtMs = performance.now() + AGAIN_MS;
    // Somebody may have removed a folder.
    await this.inbox.prepare();
    await this.renewHints();
    await this.claimed.putAway();
    await this.scan.forgetVanished();
  }
}

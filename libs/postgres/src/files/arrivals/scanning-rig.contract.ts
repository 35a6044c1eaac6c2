import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { FeedRegistry, Inbox, InboxScan, type InboxScanParts, SHIPPED_FEEDS, type Feed } from '@millrace/ingest';
import { createLogger, silentLogger } from '@millrace/telemetry';
import { FileQueries } from '../file-queries.js';
import { LoadingRig, newLoadRun } from '../loading-rig.contract.js';

export const NAME = 'vehicles_status_1.json';
export const WHOLE = '{"vehicle_status": []}\n';
export const LONG_AGO = new Date(Date.now() - 3_600_000);
const NOBODY = 65_534;

/** An inbox whose arrivals a scan looks for, and the ledger that they are registered in. */
export class ScanningRig {
  private constructor(readonly loading: LoadingRig) {}

  static async open(): Promise<ScanningRig> {
    return new ScanningRig(await LoadingRig.open());
  }

  close(): Promise<void> {
    return this.loading.close();
  }

  reset(): Promise<() => Promise<void>> {
    return this.loading.reset();
  }

  at(name: string): string {
    return this.loading.at('inbox', name);
  }

  put(name: string, content: string, changed = LONG_AGO): void {
    writeFileSync(this.at(name), content);
    utimesSync(this.at(name), changed, changed);
  }

  newScan(feeds: readonly Feed[] = SHIPPED_FEEDS, parts: Partial<InboxScanParts> = {}): InboxScan {
    const { ledger, inbox } = this.loading;
    return new InboxScan({
      ...{ inbox, ledger, feeds: new FeedRegistry(feeds), logger: silentLogger, newRun: newLoadRun },
      deliver: () => Promise.resolve(),
      ...parts,
    });
  }

  /** The inbox, with its sub-folders. */
  deepInbox(): Inbox {
    const { loading } = this;
    return new Inbox(
      { inbox: loading.at('inbox'), archive: loading.at('archive'), quarantine: loading.at('quarantine') },
      { subfolders: true },
    );
  }

  /** What a look at the inbox says of files that it ignores. */
  async warnings(parts: Partial<InboxScanParts> = {}): Promise<unknown[]> {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ name: 'scan', level: 'warn', pretty: false, destination });
    await this.newScan(SHIPPED_FEEDS, { ...parts, logger }).runOnce();
    return lines.map((line) => (JSON.parse(line) as { msg: unknown }).msg);
  }

  /** Root may read everything: there the work is done as nobody, who must come to the inbox for it. */
  async asSomebody<T>(work: () => Promise<T>): Promise<T> {
    if (process.getuid?.() !== 0) return work();
    for (const folder of ['..', '.']) chmodSync(this.at(folder), 0o755);
    process.seteuid?.(NOBODY);
    try {
      return await work();
    } finally {
      process.seteuid?.(0);
    }
  }

  /** The names in the ledger, newest first. */
  async registered(): Promise<string[]> {
    return (await new FileQueries(this.loading.database).list({ limit: 100 })).map(({ name }) => name);
  }

  /** Looks at the inbox once: whether a look is due again, and the names that were registered. */
  async scan(feeds?: readonly Feed[]): Promise<{ waits: boolean; names: string[] }> {
    const againMs = await this.newScan(feeds).runOnce();
    return { waits: Number.isFinite(againMs), names: await this.registered() };
  }
}

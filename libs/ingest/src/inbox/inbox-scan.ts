import { type BigIntStats, closeSync, lstatSync, openSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { newRunId, type Delivery, type NewRun } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { identityOf, type FileIdentity, type FoundFile } from './arrival.js';
import type { FeedRegistry } from '../feeds/feed-registry.js';
import type { FileLedger, Registration } from '../loading/file-ledger.port.js';
import { isMarkedDone } from './done-marker.js';
import type { Inbox } from './inbox.js';
import { READ_FLAGS } from './read-flags.js';
import { sameIdentity, Settling } from './settling.js';
import { hasCode } from './system-error.js';

/** What a look at one name gave: a file to register, its name relative to the inbox, or when to look again. */
interface Look {
  readonly found?: FoundFile;
  readonly againMs?: number;
}

export interface InboxScanParts {
  readonly inbox: Inbox;
  readonly feeds: FeedRegistry;
  readonly ledger: FileLedger;
  readonly logger: Logger;
  /** The run that will load the file of this arrival. */
  readonly newRun: (arrivalId: string, identity: FileIdentity) => NewRun;
  /** Asks workers for runs that were committed; must not throw when the queue is down. */
  readonly deliver: (deliveries: readonly Delivery[]) => Promise<void>;
  /** Is told of each file that was registered, for metrics. */
  readonly onFound?: (file: Pick<FoundFile, 'feed' | 'foundBy'>) => void;
}

/** How one scan goes. */
export interface ScanOptions {
  /** Is told how many names there are, before any is looked at. */
  readonly onListed?: (names: number) => void;
  /**
   * Passes over files that are registered and wait for their load: where thousands wait, most of the scan is looks at them. One
   * that was replaced meanwhile is found by the next scan of all. @default false
   */
  readonly newOnly?: boolean;
}

/** What the ledger's index of paths takes, with room to spare; systems take up to 4,096. */
const LONGEST_PATH_BYTES = 2_048;
const LONG_PATH = `its path is longer than ${String(LONGEST_PATH_BYTES)} bytes; move it up`;
/** What Node gives for bytes of a name that are not UTF-8; no file is found under it. */
const NO_CHARACTER = '\ufffd';
const NO_UTF8 = 'its name is not UTF-8; rename it';
const CLOSED = 'this user may not look into it; give it the right to, and its files are taken';
const UNREADABLE = 'this user may not read it; give it the right to, and it is taken';

/** Files looked at, and registered, at once: as many as are loaded together. */
const PAGE = 500;
/** Files that wait in the inbox about which the ledger is asked in one turn. */
const MOST_ASKED_AFTER = 1_000;

/**
 * Looks at every file in the inbox and registers those that have settled, each with the run that loads it. The scan is
 * the truth: what it does not see is not there. Hints only make it look sooner, and are remembered for `found_by`.
 */
export class InboxScan {
  private readonly settling: Settling;
  private readonly hinted = new Set<string>();
  /** What was registered and still lies in the inbox. */
  private readonly registered = new Map<string, FileIdentity>();
  /** Names about which something was said. */
  private readonly told = new Set<string>();
  private foundByScan = 0;

  constructor(private readonly parts: InboxScanParts) {
    this.settling = new Settling(() => parts.inbox.clock.nowMs());
  }

  /** Says that something happened to the file of this name, relative to the inbox. */
  hint(name: string): void {
    this.hinted.add(name);
  }

  /** Gives the milliseconds until a file that has not settled must be looked at again; Infinity when there is none. */
  async runOnce({ onListed, newOnly = false }: ScanOptions = {}): Promise<number> {
    const all = await this.parts.inbox.names();
    onListed?.(all.length);
    this.forgetAllBut(new Set(all));
    const names = newOnly ? all.filter((name) => this.hinted.has(name) || !this.registered.has(name)) : all;
    let againMs = Infinity;
    for (let at = 0; at < names.length; at += PAGE) {
      const looks = names.slice(at, at + PAGE).map((name) => this.look(name));
      await this.parts.deliver(await this.register(looks.flatMap(({ found }) => found ?? [])));
      againMs = Math.min(againMs, ...looks.map((look) => look.againMs ?? Infinity));
    }
    return againMs;
  }

  /**
   * Forgets of the files that are registered and still in the inbox those that the ledger waits for no longer: a load that gave
   * one back has ended its arrival as vanished. The next scan registers them anew. Looks at so many, at others each time.
   */
  async forgetVanished(): Promise<void> {
    const waiting = [...this.registered].slice(0, MOST_ASKED_AFTER);
    for (let at = 0; at < waiting.length; at += PAGE) {
      const page = waiting.slice(at, at + PAGE);
      const named = new Map(page.map(([name]) => [this.parts.inbox.nameOf(name), name]));
      const appearances = page.map(([name, identity]) => ({ name: this.parts.inbox.nameOf(name), identity }));
      const unknown = await this.parts.ledger.findUnknown(appearances);
      for (const [name, identity] of page) {
        // Behind all others.
        this.registered.delete(name);
        this.registered.set(name, identity);
      }
      for (const name of unknown) this.registered.delete(named.get(name) ?? name);
    }
  }

  /** At once: the watcher has nothing else to do, and calls that are sent to other threads take ten times as long. */
  private look(name: string): Look {
    const path = join(this.parts.inbox.path, name);
    try {
      const stats = lstatSync(path, { bigint: true });
      if (!stats.isFile()) return this.ignore(name, this.whyNoFile(stats));
      const feed = this.parts.feeds.match(basename(name));
      if (!feed) return this.ignore(name, this.knownNames());
      if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) return this.ignore(name, LONG_PATH);
      const identity = identityOf(stats);
      const known = this.registered.get(name);
      if (known && sameIdentity(known, identity)) return {};
      const againMs = this.settling.untilSettled(path, identity, feed);
      if (againMs > 0 && !isMarkedDone(path, identity)) return { againMs };
      closeSync(openSync(path, READ_FLAGS));
      const foundBy = this.hinted.delete(name) ? 'event' : 'scan';
      return { found: { id: newRunId(), feed: feed.id, name, identity, foundBy } };
    } catch (error) {
      // Claimed, or taken away, since the folder was listed.
      if (hasCode(error, 'ENOENT')) return name.includes(NO_CHARACTER) ? this.ignore(name, NO_UTF8) : {};
      if (hasCode(error, 'EACCES', 'EPERM')) return this.ignore(name, UNREADABLE);
      return this.ignore(name, error instanceof Error ? error.message : String(error));
    }
  }

  private async register(files: readonly FoundFile[]): Promise<Delivery[]> {
    const { inbox, ledger, newRun } = this.parts;
    const registrations = await ledger.register(
      files.map((found) => ({
        found: { ...found, name: inbox.nameOf(found.name) },
        run: newRun(found.id, found.identity),
      })),
    );
    return files.flatMap((found, index) => this.registeredAs(found, registrations[index] as Registration));
  }

  private registeredAs(found: FoundFile, registration: Registration): Delivery[] {
    const { id, name, feed, identity, foundBy } = found;
    this.registered.set(name, identity);
    if (registration.status === 'known') {
      const { state } = registration;
      if (state === 'arrived' || state === 'failed') return [];
      this.ignore(name, `this very file was ${state} before; change it, or touch it, to have it taken again`);
      return [];
    }
    const { delivery } = registration;
    if (foundBy === 'scan') this.foundByScan += 1;
    this.parts.onFound?.({ feed, foundBy });
    const fields = { file: name, feed, fileId: id, runId: delivery.runId, foundBy };
    this.parts.logger.info({ ...fields, found_by_scan_total: this.foundByScan }, 'file found');
    return [delivery];
  }

  private whyNoFile(stats: BigIntStats): string {
    return stats.isDirectory() && this.parts.inbox.subfolders ? CLOSED : 'it is no regular file';
  }

  private knownNames(): string {
    const names = this.parts.feeds.list().map(({ fileName }) => fileName);
    return `no feed takes its name; known are ${names.join(', ')}`;
  }

  /** Leaves the file where it is, and says so once. */
  private ignore(name: string, why: string): Record<never, never> {
    if (!this.told.has(name)) this.parts.logger.warn({ file: name }, `"${name}" is ignored: ${why}`);
    this.told.add(name);
    return {};
  }

  private forgetAllBut(present: ReadonlySet<string>): void {
    for (const names of [this.hinted, this.told]) {
      for (const name of names) if (!present.has(name)) names.delete(name);
    }
    for (const name of this.registered.keys()) if (!present.has(name)) this.registered.delete(name);
    this.settling.keepOnly((path) => present.has(relative(this.parts.inbox.path, path)));
  }
}

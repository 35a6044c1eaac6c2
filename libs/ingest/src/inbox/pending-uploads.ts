import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileIdentity } from './arrival.js';
import type { ClaimedFolder } from './claimed-folder.js';
import { fileClockMs } from './file-clock.js';
import { pathOf } from './move-file.js';
import { giveBack, renameIfThere } from './safe-renames.js';
import { hasCode } from './system-error.js';
import { writeDurably } from './write-durably.js';

const PENDING = /^\.([0-9a-f-]{36})\.part$/;

/**
 * Uploads on disk that the ledger does not know yet. Each is kept, as a claimed file, once its arrival is committed: a
 * kill before that leaves a file that tells of itself that nobody was promised anything.
 *
 *     receive ──▶ .<arrival id>.part ──commit, keep──▶ <arrival id>
 */
export class PendingUploads {
  constructor(
    private readonly folder: ClaimedFolder,
    private readonly inbox: string,
  ) {}

  /** @throws FolderUnusableError when the folder of claimed files is a link */
  pathOf(id: string): string {
    return pathOf(this.folder.placeOf(`.${id}.part`));
  }

  /**
   * Writes an upload; resolves once it is durable.
   * @throws FileTooLargeError, what the source throws, the system's error: then nothing is left
   */
  async receive(id: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<FileIdentity> {
    return writeDurably(this.pathOf(id), bytes, maxBytes);
  }

  /** Makes one that is registered a claimed file; its load may have done so first. */
  keep(id: string): void {
    renameIfThere(this.pathOf(id), pathOf(this.folder.placeOf(id)));
  }

  /** Puts one that was not registered into the inbox under its name; while another file has that, it stays. */
  async release({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
    await giveBack(this.pathOf(id), join(this.inbox, basename(name))).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }

  /** Ids of those that were last written to so many milliseconds ago, or earlier, by the clock of their own server. */
  async olderThan(ageMs: number): Promise<string[]> {
    this.folder.refuseLink();
    const ids = (await readdir(this.folder.path)).flatMap((name) => PENDING.exec(name)?.[1] ?? []);
    if (ids.length === 0) return [];
    const nowMs = await fileClockMs(this.folder.path);
    const old: string[] = [];
    for (const id of ids) {
      const stats = await lstat(this.pathOf(id)).catch(() => undefined);
      if (stats && nowMs - stats.mtimeMs >= ageMs) old.push(id);
    }
    return old;
  }

  async discard(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }
}

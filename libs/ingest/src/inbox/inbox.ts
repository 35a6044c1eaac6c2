import { constants, lstatSync, renameSync } from 'node:fs';
import { access, link, mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileIdentity } from './arrival.js';
import { removeDoneMarker } from './done-marker.js';
import { FolderUnusableError } from './inbox.errors.js';
import { FileVanishedError } from '../loading/load.errors.js';
import { moveFile } from './move-file.js';
import { hasCode } from './system-error.js';
import { writeDurably } from './write-durably.js';

/** The folders that files pass through, absolute. */
export interface InboxFolders {
  /** Where files are dropped. */
  readonly inbox: string;
  /** Where loaded files go. */
  readonly archive: string;
  /** Where refused files go. */
  readonly quarantine: string;
}

interface NamedArrival {
  readonly id: string;
  readonly name: string;
}

/** In the inbox, so that a claim is a rename in one file system. */
const CLAIMED = '.millrace-claimed';
const MARKER = '.millrace-inbox';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The way of a file on disk: inbox, claimed, then archive or quarantine, each step one rename. Only the ledger knows
 * why; every step can be repeated.
 *
 *     <inbox>/<name> ──claim──▶ <inbox>/.millrace-claimed/<arrival id> ◀──▶ <archive>/<arrival id>/<name>
 *                                                                     ◀──▶ <quarantine>/<arrival id>/<name>
 *
 * A file that is loaded again is claimed from where it was put away.
 */
export class Inbox {
  constructor(private readonly folders: InboxFolders) {}

  get path(): string {
    return this.folders.inbox;
  }

  /**
   * Creates missing folders and the marker by which a loader knows that it mounts the inbox.
   * @throws FolderUnusableError when a folder cannot be created or written
   */
  async prepare(): Promise<void> {
    const { inbox, archive, quarantine } = this.folders;
    for (const folder of [inbox, join(inbox, CLAIMED), archive, quarantine]) {
      try {
        await mkdir(folder, { recursive: true });
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (error) {
        throw new FolderUnusableError(folder, error);
      }
    }
    await writeFile(join(inbox, MARKER), 'Millrace watches this folder.\n', { flag: 'wx' }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw new FolderUnusableError(inbox, error);
    });
  }

  /** Whether a watcher has prepared the inbox that this process sees. */
  async isPrepared(): Promise<boolean> {
    return access(join(this.folders.inbox, MARKER)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Takes a file out of the inbox for its arrival; gives the path it has now. Claiming again gives the same path.
   * @throws FileVanishedError when it is not there, or another file has its name
   */
  async claim({ id, name, inode }: NamedArrival & { readonly inode: bigint }): Promise<string> {
    const claimed = join(this.folders.inbox, CLAIMED, id);
    const original = join(this.folders.inbox, basename(name));
    const isThere = inodeOf(original) === inode;
    // A file that still lies in the inbox was neither claimed nor put away before.
    if (!isThere && (inodeOf(claimed) || (await this.takeBack({ id, name }, claimed)))) return claimed;
    if (isThere) {
      renameIfThere(original, claimed);
      removeDoneMarker(original);
    }
    const taken = inodeOf(claimed);
    if (taken === inode) return claimed;
    if (taken !== undefined) await giveBack(claimed, original);
    throw new FileVanishedError(name);
  }

  /** Where the file of an arrival may lie now; in the inbox only while it is the one that was found. */
  placesOf({ id, name, inode }: NamedArrival & { readonly inode: bigint }): readonly string[] {
    const { inbox, archive, quarantine } = this.folders;
    const original = join(inbox, basename(name));
    const away = [archive, quarantine].map((folder) => join(folder, id, basename(name)));
    return [...(inodeOf(original) === inode ? [original] : []), join(inbox, CLAIMED, id), ...away];
  }

  /** Whether the file was put away before, and is claimed again now. */
  private async takeBack({ id, name }: NamedArrival, claimed: string): Promise<boolean> {
    for (const folder of [this.folders.archive, this.folders.quarantine]) {
      const away = join(folder, id, basename(name));
      if (inodeOf(away) === undefined) continue;
      await moveFile(away, claimed);
      return true;
    }
    return false;
  }

  /**
   * Writes a file as one that is claimed already by the arrival of this id; resolves once it is durable.
   * @throws FileTooLargeError, what the source throws, the system's error: then nothing is left
   */
  async receive(id: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<FileIdentity> {
    return writeDurably(join(this.folders.inbox, CLAIMED, id), bytes, maxBytes);
  }

  /** Puts a claimed file into the inbox under its name; while another one has that name, it stays where it is. */
  async release({ id, name }: NamedArrival): Promise<void> {
    await giveBack(join(this.folders.inbox, CLAIMED, id), join(this.folders.inbox, basename(name))).catch(
      (error: unknown) => {
        if (!hasCode(error, 'EEXIST')) throw error;
      },
    );
  }

  /** Moves a claimed file to the archive, which may be on another device. */
  async archive(arrival: NamedArrival): Promise<void> {
    await this.settle(arrival, this.folders.archive);
  }

  /** Moves a claimed file to quarantine, which may be on another device. */
  async quarantine(arrival: NamedArrival): Promise<void> {
    await this.settle(arrival, this.folders.quarantine);
  }

  /** Ids of the arrivals whose files are claimed. */
  async claimed(): Promise<string[]> {
    const names = await readdir(join(this.folders.inbox, CLAIMED));
    return names.filter((name) => UUID.test(name));
  }

  private async settle({ id, name }: NamedArrival, folder: string): Promise<void> {
    await moveFile(join(this.folders.inbox, CLAIMED, id), join(folder, id, basename(name)));
  }
}

/** At once: for one small file a look that is sent to another thread takes longer than the load. */
function inodeOf(path: string): bigint | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** Another execution of the same run may have renamed it first. */
function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** Puts back a file that took the name between the look and the rename; link, because rename would replace a third. */
async function giveBack(claimed: string, original: string): Promise<void> {
  await link(claimed, original);
  await unlink(claimed);
}

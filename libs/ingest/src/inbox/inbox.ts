import { constants, lstatSync, realpathSync } from 'node:fs';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { ClaimedFolder } from './claimed-folder.js';
import { removeDoneMarker } from './done-marker.js';
import { FileClock } from './file-clock.js';
import { FolderUnusableError, OtherFileThereError } from './inbox.errors.js';
import { FileVanishedError } from '../loading/load.errors.js';
import { InboxNotMountedError } from './upload.errors.js';
import { namesBelow } from './names-below.js';
import { moveFile, pathOf, type PlacedFile } from './move-file.js';
import { removeAbandoned } from './partial-copies.js';
import { formerPathAway, pathAway } from './path-away.js';
import { PendingUploads } from './pending-uploads.js';
import { giveBack, takeOut } from './safe-renames.js';
import { hasCode } from './system-error.js';

/** The folders that files pass through, absolute. */
export interface InboxFolders {
  /** Where files are dropped. */
  readonly inbox: string;
  /** Where loaded files go. */
  readonly archive: string;
  /** Where refused files go. */
  readonly quarantine: string;
}

/** How an inbox is watched. */
export interface InboxOptions {
  /** Whether its sub-folders are looked into. @default false */
  readonly subfolders?: boolean;
  /** Whether the ledger names its files by their whole path, and not relative to it. @default false */
  readonly wholePaths?: boolean;
}

export interface NamedArrival {
  readonly id: string;
  /** As the ledger has it. */
  readonly name: string;
}

export interface RegisteredArrival extends NamedArrival {
  readonly inode: bigint;
}

/** Where the files of arrivals are, and go. */
export interface FilePlaces {
  claim(arrival: RegisteredArrival): Promise<string>;
  isPutAway(arrival: NamedArrival): boolean;
  takeBack(arrival: NamedArrival): Promise<void>;
  archive(arrival: NamedArrival): Promise<void>;
  quarantine(arrival: NamedArrival): Promise<void>;
  placesOf(arrival: RegisteredArrival): readonly string[];
}

const MARKER = '.millrace-inbox';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The way of a file on disk: inbox, claimed, then archive or quarantine, each step one rename. Only the ledger knows
 * why; every step can be repeated.
 *
 *     <inbox>/<name> ──claim──▶ <inbox>/.millrace-claimed/<arrival id> ◀──▶ <archive>/<day>/<arrival id>-<name>
 *     upload ──▶ <inbox>/.millrace-claimed/.<arrival id>.part ──▲       ◀──▶ <quarantine>/<day>/<arrival id>-<name>
 *
 * A file that is loaded again is taken back from where it was put away.
 */
export class Inbox implements FilePlaces {
  /** What was sent and is not registered yet. */
  readonly uploads: PendingUploads;
  /** That of its files, as it was when the inbox was prepared last. */
  readonly clock = new FileClock();
  private readonly claimedFolder: ClaimedFolder;

  constructor(
    private readonly folders: InboxFolders,
    private readonly options: InboxOptions = {},
  ) {
    this.claimedFolder = new ClaimedFolder(folders.inbox);
    this.uploads = new PendingUploads(this.claimedFolder, folders.inbox);
  }

  get path(): string {
    return this.folders.inbox;
  }

  get subfolders(): boolean {
    return this.options.subfolders === true;
  }

  /** Whether a whole path leads into it. */
  holds(path: string): boolean {
    return normalize(path).startsWith(this.path + sep);
  }

  /** What the ledger calls the file at this path, relative to the inbox. */
  nameOf(path: string): string {
    return this.options.wholePaths === true ? join(this.path, path) : path;
  }

  /** The files in it, relative to it: those of its sub-folders where it is so configured, no link followed. */
  names(): Promise<string[]> {
    return namesBelow(this.path, this.subfolders);
  }

  /**
   * Creates missing folders and the marker by which a loader knows that it mounts the inbox, and looks at the clock of its files.
   * @throws FolderUnusableError when a folder cannot be created or written
   */
  async prepare(): Promise<void> {
    const { inbox, archive, quarantine } = this.folders;
    for (const folder of [inbox, this.claimedFolder.path, archive, quarantine]) {
      try {
        await mkdir(folder, { recursive: true });
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (error) {
        throw new FolderUnusableError(folder, error);
      }
    }
    this.claimedFolder.refuseLink();
    await writeFile(join(inbox, MARKER), 'Millrace watches this folder.\n', { flag: 'wx' }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw new FolderUnusableError(inbox, error);
    });
    await this.clock.set(this.claimedFolder.path);
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
   * @throws OtherFileSystemError when its sub-folder is one of its own
   * @throws FolderUnusableError when the folder of claimed files is a link
   * @throws InboxNotMountedError when it is not there, and the inbox is not either: the file may come back with it
   */
  async claim({ id, name, inode }: RegisteredArrival): Promise<string> {
    const claimed = this.claimedPath(id);
    // First of all: on another device than its own a file that was put away leaves its inode to the next one of its name.
    const original = this.originalPath(name);
    if (inodeOf(claimed) !== undefined) {
      // A claim that was killed half way left the marker.
      if (inodeOf(original) === undefined) removeDoneMarker(original);
      return claimed;
    }
    if (inodeOf(original) === inode && this.isWithin(original)) {
      takeOut({ name, inbox: this.path, original, claimed });
      removeDoneMarker(original);
    } else {
      this.uploads.keep(id);
      // A watcher that read the ledger a moment ago may have put it away again.
      if (inodeOf(claimed) === undefined) await this.takeBack({ id, name });
      if (inodeOf(claimed) !== undefined) return claimed;
    }
    const taken = inodeOf(claimed);
    if (taken === inode) return claimed;
    if (taken !== undefined) await giveBack(claimed, original);
    if (!(await this.isPrepared())) throw new InboxNotMountedError(this.path);
    throw new FileVanishedError(name);
  }

  /**
   * Puts a claimed file back to where it was found, to be found anew; while another file has its name, or its folder is gone, it
   * stays.
   */
  async giveBack({ id, name }: NamedArrival): Promise<void> {
    await giveBack(this.claimedPath(id), this.originalPath(name)).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
    });
  }

  /** Where the file of an arrival may lie now; in the inbox only while it is the one that was found. */
  placesOf({ id, name, inode }: RegisteredArrival): readonly string[] {
    const original = this.originalPath(name);
    const inInbox = inodeOf(original) === inode && this.isWithin(original) ? [original] : [];
    return [this.uploads.pathOf(id), this.claimedPath(id), ...this.placesAway({ id, name }).map(pathOf), ...inInbox];
  }

  /** Whether its file lies where it was put away, or is claimed. */
  isPutAway(arrival: NamedArrival): boolean {
    return [this.claimedPlace(arrival.id), ...this.placesAway(arrival)].some((place) => inodeOf(pathOf(place)) !== undefined);
  }

  /** Claims a file that was put away, from there; one that was not is left where it is. */
  async takeBack(arrival: NamedArrival): Promise<void> {
    const away = this.placesAway(arrival).find((place) => inodeOf(pathOf(place)) !== undefined);
    if (away !== undefined) await moveFile(away, this.claimedPlace(arrival.id));
  }

  /** Moves a claimed file to the archive, which may be on another device. */
  async archive(arrival: NamedArrival): Promise<void> {
    await this.settle(arrival, this.folders.archive);
  }

  /** Moves a claimed file to quarantine, which may be on another device. */
  async quarantine(arrival: NamedArrival): Promise<void> {
    await this.settle(arrival, this.folders.quarantine);
  }

  /** Removes what moves to another device left that were killed; gives how many copies that were. */
  async removeAbandonedCopies(): Promise<number> {
    this.claimedFolder.refuseLink();
    const { archive, quarantine } = this.folders;
    let removed = 0;
    for (const folder of [archive, quarantine, this.claimedFolder.path]) removed += await removeAbandoned(folder);
    return removed;
  }

  /** Ids of the arrivals whose files are claimed. */
  async claimed(): Promise<string[]> {
    this.claimedFolder.refuseLink();
    const names = await readdir(this.claimedFolder.path);
    return names.filter((name) => UUID.test(name));
  }

  private claimedPath(id: string): string {
    return pathOf(this.claimedPlace(id));
  }

  private claimedPlace(id: string): PlacedFile {
    return this.claimedFolder.placeOf(id);
  }

  /** Where a file of this name was found. */
  private originalPath(name: string): string {
    const path = this.options.wholePaths === true ? name : join(this.path, name);
    // Only a name that was made up leads elsewhere.
    return this.holds(path) ? path : join(this.path, basename(name));
  }

  /** Whether no folder on the way to it is a link that leads out. */
  private isWithin(path: string): boolean {
    if (dirname(path) === this.path) return true;
    const way = relative(realpathSync(this.path), realpathSync(dirname(path)));
    return !way.startsWith('..') && !isAbsolute(way);
  }

  /** Where its file may have been put away. */
  private placesAway(arrival: NamedArrival): readonly PlacedFile[] {
    const { archive, quarantine } = this.folders;
    const names = [pathAway(arrival), formerPathAway(arrival)];
    return [archive, quarantine].flatMap((folder) => names.map((name) => ({ folder, name })));
  }

  private async settle(arrival: NamedArrival, folder: string): Promise<void> {
    try {
      await moveFile(this.claimedPlace(arrival.id), { folder, name: pathAway(arrival) });
    } catch (error) {
      if (!(error instanceof OtherFileThereError)) throw error;
      // This arrival's own file has been put away: what is claimed in its name is to be found anew.
      await this.giveBack(arrival);
    }
  }
}

/** At once: for one small file a look that is sent to another thread takes longer than the load. */
function inodeOf(path: string): bigint | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

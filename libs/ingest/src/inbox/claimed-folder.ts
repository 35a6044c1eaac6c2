import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { FolderUnusableError } from './inbox.errors.js';
import type { PlacedFile } from './move-file.js';

/** In the inbox, so that a claim is a rename in one file system. */
const CLAIMED = '.millrace-claimed';

/** The folder of the claimed files of an inbox. By a link in its place files would leave the inbox, and others come in. */
export class ClaimedFolder {
  readonly path: string;

  constructor(inbox: string) {
    this.path = join(inbox, CLAIMED);
  }

  /**
   * The place of a file in it.
   * @throws FolderUnusableError when it is a link by now
   */
  placeOf(name: string): PlacedFile {
    this.refuseLink();
    return { folder: this.path, name };
  }

  /** @throws FolderUnusableError */
  refuseLink(): void {
    if (lstatSync(this.path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
    throw new FolderUnusableError(
      this.path,
      new Error('it is a link, by which files would leave the inbox; remove the link, and the watcher makes the folder anew'),
    );
  }
}

import { isAbsolute } from 'node:path';
import { Inbox, type FilePlaces, type NamedArrival, type RegisteredArrival } from './inbox.js';
import { UnknownInboxError } from './inbox.errors.js';

/** What the configuration says of inboxes; paths are absolute. */
export interface InboxesConfig {
  /** Watched folders, none inside another. */
  readonly inboxes: readonly string[];
  readonly archive: string;
  readonly quarantine: string;
  /** Whether their sub-folders are looked into. */
  readonly subfolders: boolean;
}

/**
 * The inboxes of this machine. The ledger names files of the first one relative to it, as when it was the only one, and
 * those of the others by their whole path: so it knows where a file belongs, whatever folder is added later.
 */
export class Inboxes implements FilePlaces {
  readonly all: readonly Inbox[];

  constructor({ inboxes, archive, quarantine, subfolders }: InboxesConfig) {
    this.all = inboxes.map(
      (inbox, at) => new Inbox({ inbox, archive, quarantine }, { subfolders, wholePaths: at > 0 }),
    );
  }

  /** Where uploads go. */
  get first(): Inbox {
    const [first] = this.all;
    if (!first) throw new Error('No inbox is configured.');
    return first;
  }

  /** @throws FolderUnusableError */
  async prepare(): Promise<void> {
    for (const inbox of this.all) await inbox.prepare();
  }

  claim(arrival: RegisteredArrival): Promise<string> {
    return this.of(arrival).claim(arrival);
  }

  isPutAway(arrival: NamedArrival): boolean {
    return this.of(arrival).isPutAway(arrival);
  }

  takeBack(arrival: NamedArrival): Promise<void> {
    return this.of(arrival).takeBack(arrival);
  }

  archive(arrival: NamedArrival): Promise<void> {
    return this.of(arrival).archive(arrival);
  }

  quarantine(arrival: NamedArrival): Promise<void> {
    return this.of(arrival).quarantine(arrival);
  }

  placesOf(arrival: RegisteredArrival): readonly string[] {
    return this.of(arrival).placesOf(arrival);
  }

  /** @throws UnknownInboxError */
  private of({ name }: NamedArrival): Inbox {
    const inbox = isAbsolute(name) ? this.all.find((one) => one.holds(name)) : this.first;
    if (inbox) return inbox;
    throw new UnknownInboxError(
      name,
      this.all.map(({ path }) => path),
    );
  }
}

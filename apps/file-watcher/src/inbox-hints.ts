import { once } from 'node:events';
import { type BigIntStats, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Inbox } from '@millrace/ingest';
import type { Logger } from '@millrace/telemetry';
import { watch, type FSWatcher } from 'chokidar';

/** Is told of something that happened in the inbox: to the file of this name, or to nobody knows which. */
export type OnHint = (name: string | undefined) => void;

/** What the file system tells of changes in an inbox, while it is asked. Chokidar's word: what it misses the scan finds. */
export class InboxHints {
  #watcher: FSWatcher | undefined;
  /** The folder that is watched: the system tells of that one, whatever its path leads to by now. */
  #folder: BigIntStats | undefined;
  #closed = new AbortController();
  #ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly inbox: Inbox,
    private readonly onHint: OnHint,
    private readonly logger: Logger,
  ) {}

  /** Resolves when hints come, or none are asked for. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether another folder has taken the place of the one that is watched. Inodes are given again at once: so its birth counts. */
  get areOfAnother(): boolean {
    const [then, now] = [this.#folder, this.#folderNow()];
    const isSame = then?.dev === now?.dev && then?.ino === now?.ino && then?.birthtimeNs === now?.birthtimeNs;
    return this.#watcher !== undefined && !isSame;
  }

  open(): void {
    if (this.#watcher !== undefined) return;
    this.#folder = this.#folderNow();
    const { path, subfolders } = this.inbox;
    // Links are not followed, but for the inbox itself.
    const inbox = realPathOf(path);
    // Folders alone, whose own events name their files: else each file would have a watch of its own.
    const isFile = (path: string, stats?: Stats) =>
      path !== inbox && (!subfolders || isHidden(path) || stats?.isDirectory() === false);
    const watcher = watch(inbox, { ignoreInitial: true, followSymlinks: false, ignored: isFile });
    watcher.on('raw', (_event, name, details) => {
      const { watchedPath = inbox } = details as { watchedPath?: string };
      if (!watcher.closed) this.onHint(relative(inbox, join(watchedPath, basename(name))));
    });
    watcher.on('error', (err) => this.logger.warn({ err }, 'file events may be late; the scan finds every file'));
    this.#watcher = watcher;
    this.#closed = new AbortController();
    // What came before it stood told nothing.
    const { signal } = this.#closed;
    this.#ready = once(watcher, 'ready', { signal }).then(
      () => this.onHint(undefined),
      () => undefined,
    );
  }

  /** To close it is all that keeps chokidar from listing the folder again: a path that is not watched any more still is when it was not ready yet. */
  async close(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    this.#closed.abort();
    await watcher?.close();
  }

  #folderNow(): BigIntStats | undefined {
    return statSync(this.inbox.path, { bigint: true, throwIfNoEntry: false });
  }
}

/** Ours, and those of others that are never looked into. */
function isHidden(path: string): boolean {
  return basename(path).startsWith('.');
}

/** The path itself, while nothing is there. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

import { once } from 'node:events';
import type { Stats } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Inbox } from '@millrace/ingest';
import type { Logger } from '@millrace/telemetry';
import { watch, type FSWatcher } from 'chokidar';

/** Is told of something that happened in the inbox: to the file of this name, or to nobody knows which. */
export type OnHint = (name: string | undefined) => void;

/** What the file system tells of changes in an inbox, while it is asked. Chokidar's word: what it misses the scan finds. */
export class InboxHints {
  #watcher: FSWatcher | undefined;
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

  open(): void {
    if (this.#watcher !== undefined) return;
    const { path: inbox, subfolders } = this.inbox;
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
}

/** Ours, and those of others that are never looked into. */
function isHidden(path: string): boolean {
  return basename(path).startsWith('.');
}

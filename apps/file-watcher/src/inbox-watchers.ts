import type { Led } from '@millrace/postgres';

/** An inbox that is watched, or another chore of who watches. */
interface Watching {
  start(): Promise<void> | void;
  stop(): Promise<void>;
}

/** Watches several inboxes, all of them or none. */
export class InboxWatchers implements Led {
  constructor(private readonly watchers: readonly Watching[]) {}

  async start(): Promise<void> {
    await Promise.all(this.watchers.map(async (watcher) => watcher.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => watcher.stop()));
  }
}

import type { Led } from '@millrace/postgres';

/** Watches several inboxes, all of them or none. */
export class InboxWatchers implements Led {
  constructor(private readonly watchers: readonly Led[]) {}

  async start(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => watcher.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.watchers.map((watcher) => watcher.stop()));
  }
}

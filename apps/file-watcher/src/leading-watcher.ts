import type { Leadership } from '@millrace/postgres';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';

/** Lets this process lead, or stand by, from boot to shutdown. */
export class LeadingWatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly leadership: Leadership) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.leadership.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.leadership.stop();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether a group has gone. */
const LOOK_MS = 20;
/** Milliseconds that a killed group may take to go: the kernel only has to tear it down. */
const KILLED_MS = 500;

/** A command with all it has started, as long as they stay in its process group. */
export class ProcessGroup {
  #ending: Promise<void> | undefined;

  /** @param pid of the process that leads the group: it was started `detached` */
  constructor(private readonly pid: number) {}

  /**
   * Asks all processes to end (SIGTERM), and kills those that have not after this many milliseconds. Resolves when none is
   * left. Also when the leader has gone: the number stays taken while the group has a member.
   */
  end(graceMs: number): Promise<void> {
    return (this.#ending ??= this.#end(graceMs));
  }

  async #end(graceMs: number): Promise<void> {
    if (!this.#signal('SIGTERM')) return;
    if (await this.#goneWithin(graceMs)) return;
    this.#signal('SIGKILL');
    // What has ended but nobody reaps still counts as a member: no endless wait for it.
    await this.#goneWithin(KILLED_MS);
  }

  async #goneWithin(ms: number): Promise<boolean> {
    const end = performance.now() + ms;
    while (this.#signal(0)) {
      if (performance.now() >= end) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  /** Whether there was someone to take it. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      process.kill(-this.pid, signal);
      return true;
    } catch (error) {
      // EPERM: there is a member, under another account (setuid), that we may not signal.
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }
}

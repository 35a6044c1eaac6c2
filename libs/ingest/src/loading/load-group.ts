import type { Completion } from '@millrace/sdk';
import type { FileLedger, LoadRequest } from './file-ledger.port.js';

/** One file's place in a group. */
export interface LoadSeat {
  /** Loads it with the others. */
  load(request: LoadRequest): Promise<Completion>;
  /** Loads it by itself, after those that asked for it before. */
  alone(request: LoadRequest): Promise<Completion>;
  /** The group waits for it no longer. */
  leave(): void;
}

interface Member {
  readonly request: LoadRequest;
  readonly resolve: (completion: Completion) => void;
  readonly reject: (error: unknown) => void;
}

/** Files that are loaded together once each of them is open, or was given up. */
export class LoadGroup {
  readonly #members: Member[] = [];
  #last: Promise<unknown> = Promise.resolve();

  /** @param open seats that will be taken */
  constructor(
    private open: number,
    private readonly ledger: Pick<FileLedger, 'load' | 'loadTogether'>,
  ) {}

  seat(): LoadSeat {
    let seated = true;
    const leave = () => {
      if (!seated) return;
      seated = false;
      this.open -= 1;
      if (this.open === 0) void this.#loadMembers();
    };
    return {
      load: (request) =>
        new Promise((resolve, reject) => {
          this.#members.push({ request, resolve, reject });
          leave();
        }),
      alone: (request) => {
        leave();
        const loaded = this.#last.then(() => this.ledger.load(request));
        this.#last = loaded.catch(() => undefined);
        return loaded;
      },
      leave,
    };
  }

  async #loadMembers(): Promise<void> {
    const members = this.#members;
    if (members.length === 0) return;
    try {
      const outcomes = await this.ledger.loadTogether(members.map(({ request }) => request));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') members[index]?.resolve(outcome.value);
        else members[index]?.reject(outcome.reason);
      }
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }
}

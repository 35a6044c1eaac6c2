import type { Logger } from '@millrace/telemetry';
import { eventsSince, type RunEvent } from './run-events.js';
import type { RunPlace, RunPosition, RunSight } from './run-position.js';
import { type Follower, SharedLook, type SharedLookOptions } from './shared-look.js';

/** Looks at runs, by one statement. */
export interface RunSights {
  sightsOf(places: readonly RunPlace[]): Promise<readonly RunSight[]>;
}

interface RunFollower extends Follower {
  position: RunPosition;
  readonly tell: (events: readonly RunEvent[]) => void;
}

/** Tells followers of runs of each change, from the position that each of them names. */
export class RunFollowers {
  readonly #look: SharedLook<RunFollower>;

  constructor(
    private readonly runs: RunSights,
    logger: Logger,
    options: SharedLookOptions = { pauseMs: 1_000 },
  ) {
    this.#look = new SharedLook((followers) => this.#tell(followers), logger, options);
  }

  /** Gives what ends it. */
  follow(runId: string, position: RunPosition, { ready, tell }: Pick<RunFollower, 'ready' | 'tell'>): () => void {
    return this.#look.add({ runId, position, ready, tell });
  }

  /** Something may have changed about a run. */
  hint(runId: string): void {
    this.#look.hint(runId);
  }

  stop(): void {
    this.#look.stop();
  }

  async #tell(followers: readonly RunFollower[]): Promise<readonly RunFollower[]> {
    const places = new Map<string, number>();
    for (const { runId, position } of followers) {
      places.set(runId, Math.min(position.move, places.get(runId) ?? position.move));
    }
    const sights = await this.runs.sightsOf([...places].map(([runId, after]) => ({ runId, after })));
    const sightOf = new Map(sights.map((sight) => [sight.runId, sight]));
    for (const follower of followers) {
      const sight = sightOf.get(follower.runId);
      if (sight === undefined) continue;
      const { events, position } = eventsSince(follower.position, sight);
      follower.position = position;
      if (events.length > 0) follower.tell(events);
    }
    return [];
  }
}

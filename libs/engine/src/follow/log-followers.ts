import type { RunLogLine } from '@millrace/contracts';
import type { RunState } from '@millrace/runs';
import type { Logger } from '@millrace/telemetry';
import { type Follower, SharedLook, type SharedLookOptions } from './shared-look.js';

/** Lines of one run that a look gives at most: they wait in memory until the followers have taken them. */
const PAGE = 100;

/** A place in the log of a run. */
export interface LogPlace {
  readonly runId: string;
  /** Number of the line before it. */
  readonly after: number;
}

/** What comes after a place. */
export interface LogSight {
  readonly lines: readonly RunLogLine[];
  /** The state in which the run has ended, when these are the last lines. */
  readonly endedAs: RunState | null;
}

/** Looks for lines after several places, by one statement; in the order of the places, undefined where the run is gone. */
export interface LogSights {
  linesAfter(places: readonly LogPlace[], limit: number): Promise<readonly (LogSight | undefined)[]>;
}

interface LogFollower extends Follower {
  after: number;
  readonly tell: (lines: readonly RunLogLine[]) => void;
  readonly end: (state: RunState) => void;
}

/** Tells followers of logs of each line, in order and once, from the place that each of them names. */
export class LogFollowers {
  readonly #look: SharedLook<LogFollower>;

  constructor(
    private readonly logs: LogSights,
    logger: Logger,
    options: SharedLookOptions = { pauseMs: 1_000 },
  ) {
    this.#look = new SharedLook((followers) => this.#tell(followers), logger, options);
  }

  /** Gives what ends it. `end` is called when the run has ended and every line was told. */
  follow({ runId, after }: LogPlace, { ready, tell, end }: Pick<LogFollower, 'ready' | 'tell' | 'end'>): () => void {
    return this.#look.add({ runId, after, ready, tell, end });
  }

  /** A run may have logged something. */
  hint(runId: string): void {
    this.#look.hint(runId);
  }

  stop(): void {
    this.#look.stop();
  }

  /** Followers at the same place share its lines. */
  async #tell(followers: readonly LogFollower[]): Promise<readonly LogFollower[]> {
    const places = [...new Map(followers.map(({ runId, after }) => [`${runId} ${after}`, { runId, after }])).values()];
    const sights = await this.logs.linesAfter(places, PAGE);
    const sightAt = new Map(places.map(({ runId, after }, index) => [`${runId} ${after}`, sights[index]]));
    const behind: LogFollower[] = [];
    for (const follower of followers) {
      const sight = sightAt.get(`${follower.runId} ${follower.after}`);
      if (sight === undefined) continue;
      const { lines, endedAs } = sight;
      follower.after = lines.at(-1)?.n ?? follower.after;
      if (lines.length > 0) follower.tell(lines);
      if (lines.length === PAGE) behind.push(follower);
      else if (endedAs !== null) follower.end(endedAs);
    }
    return behind;
  }
}

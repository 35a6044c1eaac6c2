import { drivers } from './drivers.feed.js';
import { isFeed, type Feed } from './feed.js';
import { AmbiguousFileNameError, DuplicateFeedError, DuplicateTableError, UnknownFeedError } from './feed.errors.js';
import { objectsDetection } from './objects-detection.feed.js';
import { vehiclesStatus } from './vehicles-status.feed.js';

/** The feeds that come with Millrace. */
export const SHIPPED_FEEDS: readonly Feed[] = [objectsDetection, vehiclesStatus, drivers];

/** The feeds that files are matched against. */
export class FeedRegistry {
  private readonly feeds = new Map<string, Feed>();

  /**
   * @throws DuplicateFeedError when two feeds have one id, DuplicateTableError when two tables have one name,
   * AmbiguousFileNameError when two feeds take the same names
   */
  constructor(feeds: Iterable<Feed>) {
    for (const feed of feeds) {
      const known = this.feeds.get(feed.id);
      if (known && known !== feed) throw new DuplicateFeedError(feed.id);
      this.feeds.set(feed.id, feed);
    }
    assertTablesAgree(this.list());
    // A name that every pattern gives; two may still meet in an odd one, which is told of when it comes.
    for (const { fileName } of this.list()) this.match(fileName.replaceAll('[timestamp]', '20260101'));
  }

  /** The shipped feeds, and those among the values that a user's modules export. */
  static withUserExports(values: Iterable<unknown>): FeedRegistry {
    return new FeedRegistry([...SHIPPED_FEEDS, ...[...values].filter(isFeed)]);
  }

  list(): readonly Feed[] {
    return [...this.feeds.values()];
  }

  has(id: string): boolean {
    return this.feeds.has(id);
  }

  /**
   * The feed that took a file, by its id in the ledger.
   * @throws UnknownFeedError
   */
  get(id: string): Feed {
    const feed = this.feeds.get(id);
    if (feed) return feed;
    throw new UnknownFeedError(id, [...this.feeds.keys()]);
  }

  /**
   * The feed that takes a file of this name.
   * @throws AmbiguousFileNameError when more than one does
   */
  match(name: string): Feed | undefined {
    const [feed, ...others] = this.list().filter((candidate) => candidate.matches(name));
    if (feed && others.length > 0) {
      throw new AmbiguousFileNameError(
        name,
        [feed, ...others].map(({ id }) => id),
      );
    }
    return feed;
  }
}

function assertTablesAgree(feeds: readonly Feed[]): void {
  const declared = new Map<string, string>();
  for (const { target } of feeds) {
    if (typeof target === 'string') continue;
    const declaration = JSON.stringify(target);
    if ((declared.get(target.name) ?? declaration) !== declaration) throw new DuplicateTableError(target.name);
    declared.set(target.name, declaration);
  }
}

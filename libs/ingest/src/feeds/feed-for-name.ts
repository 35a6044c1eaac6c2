import { FileNameUnknownError } from '../inbox/upload.errors.js';
import type { FeedRegistry } from './feed-registry.js';
import type { Feed } from './feed.js';
import { isTakeable } from './file-name-pattern.js';

/** What file systems take. */
const MAX_NAME_BYTES = 255;

/**
 * The feed of a file that is sent under this name.
 * @throws FileNameUnknownError, AmbiguousFileNameError
 */
export function feedForName(feeds: FeedRegistry, name: string): Feed {
  const feed = isTakeable(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES ? feeds.match(name) : undefined;
  if (feed) return feed;
  throw new FileNameUnknownError(
    name,
    feeds.list().map(({ fileName }) => fileName),
  );
}

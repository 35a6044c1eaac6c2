import './provided-servers.js';
import { describe, inject } from 'vitest';

/**
 * `describe` for what needs the test run's Redis: skipped by name where there is neither a `redis-server` on the PATH
 * nor a TEST_REDIS_URL. Specs that start a server of their own ask for its programs: `describeWithPrograms`.
 */
export const describeWithRedis = (name: string, specs: () => void) =>
  describe.skipIf(inject('redisUrl') === null)(`${name} (needs redis-server or TEST_REDIS_URL)`, specs);

/** URL of the test run's Redis, which spec files share: use keys of your own. @throws outside `describeWithRedis` */
export function redisUrl(): string {
  const url = inject('redisUrl');
  if (url === null) throw new Error('No Redis here: put the spec into describeWithRedis.');
  return url;
}

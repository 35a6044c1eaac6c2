import type { z } from 'zod';
import type { FeedDefinition } from './feed.js';
import { assertKnownOptions, type KnownOptions } from './known-options.js';
import type { BuiltInRows, RowTarget } from './row-target.js';

type Definition = FeedDefinition<string, z.ZodType, RowTarget>;

const OPTIONS: KnownOptions<Definition> = {
  id: true,
  description: true,
  fileName: true,
  format: true,
  delimiter: true,
  records: true,
  record: true,
  target: true,
  toRow: true,
  quietPeriod: true,
  rejects: true,
  budgets: true,
  accepts: true,
};
const FORMATS: readonly string[] = ['json', 'ndjson', 'csv'];
const VIEWS: Readonly<Record<keyof BuiltInRows, true>> = { objects_detection_events: true, vehicle_status: true };
const ID_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What stands for something in other patterns of names, and for itself in these. */
const WILDCARD = /\*|\?|\[(?!timestamp\])[^\]]*\]/;

/**
 * Finds what a type checker finds in a feed's declaration, which may come from JavaScript.
 * @throws TypeError naming the option at fault, and what it takes
 */
export function assertFeed(definition: Definition): void {
  assertKnownOptions('a feed', definition, OPTIONS);
  const { id, fileName, format = 'json', record, target } = definition;
  if (typeof id !== 'string' || !ID_PATTERN.test(id) || id.length > 100) {
    throw new TypeError(
      `"${String(id)}" is no feed id. Use 1 to 100 lower-case letters, digits and single hyphens: "objects-detection".`,
    );
  }
  const wildcard = WILDCARD.exec(String(fileName))?.[0];
  if (typeof fileName !== 'string' || wildcard !== undefined) {
    const why = wildcard === undefined ? `is ${String(fileName)}` : `has "${wildcard}", which stands for nothing`;
    throw new TypeError(`fileName of feed "${id}" ${why}. Write one like "objects_detection_[timestamp].json".`);
  }
  if (!FORMATS.includes(format)) {
    throw new TypeError(`format of feed "${id}" is "${String(format)}"; give ${FORMATS.join(', ')}.`);
  }
  if (typeof record !== 'object' || record === null || !('_zod' in record)) {
    throw new TypeError(`record of feed "${id}" is no zod schema; give one like z.object({ at: timestamp }).`);
  }
  if (!isTarget(target)) {
    throw new TypeError(
      `target of feed "${id}" is ${JSON.stringify(target)}; give ${Object.keys(VIEWS).join(', ')} or what defineTable gives.`,
    );
  }
  if (typeof definition.toRow !== 'function') {
    throw new TypeError(`toRow of feed "${id}" is no function; give one that makes a row of a record.`);
  }
}

function isTarget(target: unknown): boolean {
  if (typeof target === 'string') return Object.hasOwn(VIEWS, target);
  return typeof target === 'object' && target !== null && 'columns' in target && Array.isArray(target.columns);
}

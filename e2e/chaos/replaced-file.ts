import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dropWhole } from './drop-whole.js';
import type { Random } from './random.js';

/** Longest time between two versions, in milliseconds: about when the first one is found, claimed, loaded and put away. */
const REPLACED_AFTER_MS = 300;

/** A document under a name, and another one there a moment later: renamed over it, or written in its place. */
export async function dropAndReplace(
  inbox: string,
  name: string,
  [former, last]: readonly [string, string],
  random: Random,
): Promise<void> {
  await dropWhole(inbox, name, former);
  await delay(random.between(0, REPLACED_AFTER_MS));
  // Opened and emptied in one call: whoever has loaded all of the former has moved it away before, and this is a new file.
  if (random.next() < 0.3) await writeFile(join(inbox, name), last);
  else await dropWhole(inbox, name, last);
}

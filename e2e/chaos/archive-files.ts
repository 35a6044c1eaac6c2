import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Evidence } from './evidence.js';
import { archiveIsWhole } from './invariants/archive.js';

/** The watcher's scan moves what a killed worker left, at the latest so many milliseconds after the last run. */
const PUT_AWAY_MS = 30_000;
const LOOK_MS = 500;
const UUID_LENGTH = 36;

/** What the archive holds once it is whole, or the time for that is over. @throws when aborted */
export async function untilPutAway(
  archive: string,
  files: Evidence['files'],
  signal: AbortSignal,
): Promise<Evidence['archived']> {
  const end = performance.now() + PUT_AWAY_MS;
  for (;;) {
    const archived = await readArchive(archive);
    if (archiveIsWhole({ files, archived }).length === 0 || performance.now() > end) return archived;
    await delay(LOOK_MS, undefined, { signal });
  }
}

/**
 * The SHA-256 of each file in the archive, by the id of its arrival. A partial copy of a process that was killed has a name that
 * begins with a dot, and stands for no file.
 */
async function readArchive(archive: string): Promise<Evidence['archived']> {
  const found = new Map<string, string>();
  for (const entry of await readdir(archive, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    found.set(entry.name.slice(0, UUID_LENGTH), createHash('sha256').update(bytes).digest('hex'));
  }
  return found;
}

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileClockMs } from './file-clock.js';
import { hasCode } from './system-error.js';

/** Below the folder that they go to, on its device. */
const PARTIALS = '.millrace-partial';
const PARTIAL = '.part';
const ASIDE = '.aside';
/** Since the last write: whoever copies writes all the time, and syncs within this. */
const ABANDONED_MS = 10 * 60_000;

/**
 * A path for a copy that is not whole yet, of one move alone: a watcher and a loader may move one file at once. The name of
 * what it becomes may be as long as names can be.
 */
export function newPartial(folder: string): string {
  return newPath(folder, PARTIAL);
}

/**
 * A path for what a move has put aside, to look at it once more before it removes it. It is never removed as abandoned: a process
 * that is killed between the two may leave there what nobody has copied.
 */
export function newAside(folder: string): string {
  return newPath(folder, ASIDE);
}

function newPath(folder: string, ending: string): string {
  mkdirSync(join(folder, PARTIALS), { recursive: true });
  return join(folder, PARTIALS, `.${randomUUID()}${ending}`);
}

/**
 * Removes the copies of processes that were killed; gives how many. Their age is that by the clock of the folder's own server. One
 * that somebody writes after all, having stood still for as long, is made again by its move.
 */
export async function removeAbandoned(folder: string): Promise<number> {
  const partials = join(folder, PARTIALS);
  const copies = (await namesIn(partials)).filter((name) => name.endsWith(PARTIAL));
  if (copies.length === 0) return 0;
  const nowMs = await fileClockMs(partials);
  let removed = 0;
  for (const name of copies) {
    const path = join(partials, name);
    const stats = await lstat(path).catch(() => undefined);
    // A rename changes ctime alone. A time to come is of a clock that was set back, and as old.
    if (stats === undefined || Math.abs(nowMs - stats.ctimeMs) < ABANDONED_MS) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

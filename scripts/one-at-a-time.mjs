import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 1_000;
/** A lock without a beat for so long belongs to nobody: its process was killed. */
const STALE_MS = 10_000;
const LOOK_MS = 100;

/** Does the work while no other process, told of the same file, does its own; waits for its turn. */
export async function oneAtATime(file, work, onWait = () => {}) {
  for (let waits = false; !take(file); waits = true) {
    if (!waits) onWait();
    await delay(LOOK_MS);
  }
  const beat = setInterval(() => touch(file), BEAT_MS);
  // A process that is told to end by process.exit within the work.
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    clearInterval(beat);
    release();
  }
}

function take(file) {
  mkdirSync(dirname(file), { recursive: true });
  if (isStale(file)) rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(file) {
  const taken = statSync(file, { throwIfNoEntry: false });
  return taken !== undefined && Date.now() - taken.mtimeMs > STALE_MS;
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Somebody cleaned up meanwhile; what was begun is ended.
  }
}

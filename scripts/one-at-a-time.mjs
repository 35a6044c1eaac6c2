import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './is-alive.mjs';

const BEAT_MS = 1_000;
/** A lock without a beat for so long belongs to nobody, whatever its process is called. */
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
    writeFileSync(file, holder(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Of another machine, or a container with processes of its own, only the beat can be seen. */
const holder = (pid) => `${hostname()} ${pid}`;

function isStale(file) {
  try {
    const held = readFileSync(file, 'utf8');
    const pid = Number(held.split(' ')[1]);
    const isGone = held === holder(pid) && !isAlive(pid);
    return isGone || Date.now() - statSync(file).mtimeMs > STALE_MS;
  } catch {
    // Released meanwhile.
    return false;
  }
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Somebody cleaned up meanwhile; what was begun is ended.
  }
}

import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Loaded before a role: leaves a file that is young as long as the role's main loop turns. `healthy` looks at its age. */
const FILE = '/tmp/millrace-alive';
const PERIOD_MS = 5_000;

function beat() {
  try {
    writeFileSync(FILE, '');
  } catch {
    // Nothing can be written here: the health check fails, and the role itself goes on.
  }
}

// Threads inherit what their process preloads, and go on when its main loop hangs.
if (isMainThread) {
  beat();
  setInterval(beat, PERIOD_MS).unref();
}

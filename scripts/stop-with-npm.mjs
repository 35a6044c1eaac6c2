import { execFileSync } from 'node:child_process';
import { isAlive } from './is-alive.mjs';

const CHECK_MS = 200;

/**
 * Sends this process SIGTERM when the npm that runs it as this script is gone: npm hands signals on, but not past its
 * `sh -c`, and not when it is killed itself.
 */
export function stopWithNpm(script) {
  if (process.env.npm_lifecycle_event !== script) return;
  const npm = npmProcess();
  const timer = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, CHECK_MS);
  timer.unref();
}

/** Our parent, or its parent where npm's `sh -c` stands in between. */
function npmProcess() {
  try {
    const [ppid, command] = execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(process.ppid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return /sh$/.test(command) ? Number(ppid) : process.ppid;
  } catch {
    return process.ppid;
  }
}

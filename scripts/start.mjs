import { execFileSync } from 'node:child_process';
import { build, install, requireNode } from './setup.mjs';

const CHECK_MS = 200;

requireNode();
await install();
await build();
if (process.env.npm_lifecycle_event === 'start') stopWithNpm();
// In this very process: another Node would cost 50 MB for nothing.
await import('../apps/standalone/dist/main.js');

/** npm hands signals on, but cannot when it is killed itself. */
function stopWithNpm() {
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

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import { build, install, requireNode } from './setup.mjs';

const PARENT_CHECK_MS = 200;

requireNode();
await install();
await build();
if (process.env.npm_lifecycle_event === 'start') stopWithParent();
// In this very process: another Node would cost 50 MB for nothing.
await import('../apps/standalone/dist/main.js');

/** npm hands signals on, but cannot when it is killed itself. */
function stopWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  timer.unref();
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
let ended = false;

/** Keeps a process that the benchmark has started, so that it ends with it. One that comes too late is ended at once. */
export function ofBenchmark<T extends ChildProcess>(child: T): T {
  running.add(child);
  child.once('exit', () => running.delete(child));
  // There is no process.
  child.once('error', () => running.delete(child));
  if (ended) child.kill('SIGKILL');
  return child;
}

/** Kills all of them, and resolves when they are gone. */
export async function endChildren(): Promise<void> {
  ended = true;
  await Promise.all(
    [...running].map(async (child) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ 123` and `- 123` on stdin, and keeps which process groups are under way. Stdin ends when the worker has gone,
 * however it went: then those that are left are killed.
 */
const PROGRAM = `
while read -r verb group; do
  case $verb in
    +) eval "group_$group=1" ;;
    -) unset "group_$group" ;;
  esac
done
for group in $(set | sed -n 's/^group_\\([0-9]*\\)=.*/\\1/p'); do kill -KILL "-$group"; done
`;

/**
 * Ends commands whose worker was killed. Their run goes to another worker within seconds: without this, the same command
 * would run twice, side by side. One small shell a worker, from the first command on.
 */
export class OrphanGuard {
  readonly #watched = new Set<number>();
  #shell: ChildProcess | undefined;

  /** @param pid of the process that leads the group */
  watch(pid: number): void {
    this.#watched.add(pid);
    this.#tell(`+ ${pid}\n`);
  }

  unwatch(pid: number): void {
    this.#watched.delete(pid);
    this.#tell(`- ${pid}\n`);
  }

  /** Kills what is still under way, as it does when the worker has gone. */
  close(): void {
    this.#watched.clear();
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #tell(line: string): void {
    this.#shell ??= this.#start();
    this.#shell.stdin?.write(line);
  }

  #start(): ChildProcess {
    // Its own session: a Ctrl-C or a kill of the worker's whole group must not take the guard first.
    const shell = spawn('/bin/sh', ['-c', PROGRAM], {
      ...{ detached: true, env: { PATH: '/usr/bin:/bin' } },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    shell.stdin.on('error', () => undefined);
    shell.on('error', () => undefined);
    shell.once('exit', (_code, signal) => {
      if (this.#shell !== shell) return;
      // One that was killed is followed by one that knows as much; one that cannot run is not asked again and again.
      this.#shell = signal !== null && this.#watched.size > 0 ? this.#start() : undefined;
    });
    for (const pid of this.#watched) shell.stdin.write(`+ ${pid}\n`);
    shell.unref();
    (shell.stdin as Socket).unref();
    return shell;
  }
}

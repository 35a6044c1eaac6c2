import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { waitFor } from '@millrace/testing/wait-for';
import { ofBenchmark } from './children.js';

/** A process of the built system. What it writes goes to stderr. */
export class BuiltProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start(file: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): BuiltProcess {
    const options = { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] } satisfies SpawnOptions;
    return new BuiltProcess(ofBenchmark(spawn(process.execPath, [...args, file], options)));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Highest resident memory so far, in MiB. */
  async peakMemory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }

  /** Waits for a condition as long as the process lives. */
  async until(condition: () => Promise<boolean>, deadline = 60_000): Promise<void> {
    await waitFor(async () => this.child.exitCode !== null || (await condition()), { deadline });
    if (this.child.exitCode !== null) throw new Error('A process of the benchmark has exited; see what it wrote.');
  }
}

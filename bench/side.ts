import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ofBenchmark } from './children.js';
import { profilingArgs } from './profiling-args.js';

/** What one side of a comparison is told; JSON. */
export type SideInput = Readonly<Record<string, unknown>>;

const MARK = 'bench-result ';
/** A log line whose cost is measured; nobody is to see thousands of them. */
const INFO_LINE = /"level":(30|"info")/;

/**
 * Runs one side in a process of its own and gives what it tells. `file` stands below this folder. What it writes goes into a
 * file, as a log does: read line by line as it comes, it would cost the machine about as much as the side writing it.
 */
export async function runSide<T>(file: string, input: SideInput, profileFolder?: string): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-side-'));
  try {
    const log = join(folder, 'log');
    await run(file, input, log, profileFolder);
    let told: T | undefined;
    for await (const line of createInterface({ input: createReadStream(log) })) {
      if (line.startsWith(MARK)) told = JSON.parse(line.slice(MARK.length)) as T;
      else if (!INFO_LINE.test(line)) process.stderr.write(`${line}\n`);
    }
    if (told === undefined) throw new Error(`${file} ended without a result; what it wrote stands above.`);
    return told;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(file: string, input: SideInput, log: string, profileFolder: string | undefined): Promise<void> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const args = [...profilingArgs(profileFolder), '--import', 'tsx', script, JSON.stringify(input)];
  const handle = await open(log, 'a');
  try {
    const child = ofBenchmark(spawn(process.execPath, args, { stdio: ['ignore', handle.fd, 'inherit'] }));
    await once(child, 'exit');
  } finally {
    await handle.close();
  }
}

/** In the side's process: what it was told. */
export function readInput<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** In the side's process, once. */
export function tellResult(result: unknown): void {
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
}

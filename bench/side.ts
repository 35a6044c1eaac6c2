import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ofBenchmark } from './children.js';

/** What one side of a comparison is told; JSON. */
export type SideInput = Readonly<Record<string, unknown>>;

const MARK = 'bench-result ';
/** A log line whose cost is measured; nobody is to see thousands of them. */
const INFO_LINE = /"level":(30|"info")/;

/** Runs one side in a process of its own and gives what it tells. `file` stands below this folder. */
export async function runSide<T>(file: string, input: SideInput, profileFolder?: string): Promise<T> {
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const script = fileURLToPath(new URL(file, import.meta.url));
  const args = [...profiling, '--import', 'tsx', script, JSON.stringify(input)];
  const child = ofBenchmark(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  let told: T | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith(MARK)) told = JSON.parse(line.slice(MARK.length)) as T;
    else if (!INFO_LINE.test(line)) process.stderr.write(`${line}\n`);
  }
  if (told === undefined) throw new Error(`${file} ended without a result; what it wrote stands above.`);
  return told;
}

/** In the side's process: what it was told. */
export function readInput<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** In the side's process, once. */
export function tellResult(result: unknown): void {
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
}

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { hasProgram } from '../has-program.js';
import { ArchiveDisk } from './archive-disk.js';
import { hasHomeElsewhere, runChaos } from './chaos-run.js';
import { faultsOf } from './fault-schedule.js';
import { type CommandLine, parseCommandLine } from './options.js';
import { judge, type Verdict } from './report.js';
import { copySabotaged } from './sabotaged-tree.js';
import { type Sabotage, SABOTAGES, type SabotageName } from './sabotages.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
/** From this duration on every kind of fault must have met runs in every state. */
const FULL_MINUTES = 3;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const interrupted = new AbortController();
// A terminal's Ctrl-C comes more than once: from itself, and from npm and the script above this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupted.signal.aborted) say(`${signal}: ending everything`);
    interrupted.abort();
  });
}
// Nobody may be left to read what is written: a terminal was closed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function runOnce({ minutes, seed, backend, workers, keep }: CommandLine): Promise<Verdict> {
  const isElsewhere = hasHomeElsewhere(seed);
  const mayMount = isElsewhere && (await ArchiveDisk.isPossible());
  if (isElsewhere && !mayMount) say('skipped: fill-archive, since this user may not mount a file system');
  const kinds = faultsOf(backend, mayMount);
  say(`chaos of ${minutes} minutes on ${backend} with ${workers} workers; --seed ${seed} repeats its faults`);
  const durationMs = minutes * 60_000;
  // A short run still has some faults.
  const everyMs = Math.min(4_500, durationMs / 4);
  const run = await runChaos({
    ...{ tree: CHECKOUT, backend, workers, seed, durationMs, kinds, everyMs, mix: {}, keep, say },
    signal: interrupted.signal,
  });
  if (keep) say(`kept: ${run.folder}`);
  return judge(run, minutes >= FULL_MINUTES ? kinds : []);
}

/** Whether chaos finds what is wrong with the sabotaged build. */
async function isCaught(name: SabotageName, { keep }: CommandLine): Promise<boolean> {
  const { what, patches, backend, seed, seconds, kinds, everyMs, mix }: Sabotage = SABOTAGES[name];
  say(`sabotage ${name}: ${what}; ${seconds} s on ${backend}, --seed ${seed}`);
  const tree = await copySabotaged(CHECKOUT, patches);
  try {
    const durationMs = seconds * 1_000;
    const run = await runChaos({
      ...{ tree, backend, workers: 3, seed, durationMs, kinds, everyMs, mix, keep, say },
      signal: interrupted.signal,
    });
    const { lines, failed } = judge(run, []);
    for (const line of lines) say(line);
    say(failed > 0 ? `caught   ${name}` : `MISSED   ${name}`);
    return failed > 0;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function sabotage(names: readonly SabotageName[], options: CommandLine): Promise<Verdict> {
  let passed = 0;
  for (const name of names) passed += Number(await isCaught(name, options));
  return { lines: [], passed, failed: names.length - passed };
}

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2), hasProgram('redis-server'));
  const all = Object.keys(SABOTAGES) as SabotageName[];
  const verdict =
    options.sabotage === undefined
      ? await runOnce(options)
      : await sabotage(options.sabotage === 'all' ? all : [options.sabotage], options);
  for (const line of verdict.lines) say(line);
  say(`${verdict.passed} passed, ${verdict.failed} failed`);
  return verdict.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`chaos could not be run: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

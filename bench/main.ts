import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, constants } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import { Bench } from './bench.js';
import { consoleFigures } from './console/figures.js';
import { endChildren } from './children.js';
import { engineFigures } from './engine/figures.js';
import { type Figure, SkippedError } from './figure.js';
import { fileFigures } from './files/figures.js';
import { toTable } from './report.js';
import { type Result, toResult } from './result.js';

const USAGE =
  'npm run bench -- engine|files|console [--only id,id] [--runs 5] [--quick] [--held 10] [--growth-runs 10000000] [--table-rows 100000000] [--memory-bytes 5000000000] [--profile]';
const SUITES: Readonly<Record<string, readonly Figure[]>> = {
  engine: engineFigures,
  files: fileFigures,
  console: consoleFigures,
};
const RESULTS = new URL('results/', import.meta.url);

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    held: { type: 'string' },
    'growth-runs': { type: 'string' },
    'table-rows': { type: 'string' },
    'memory-bytes': { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const suite = positionals[0] ?? '';
const figures = SUITES[suite];
const runs = Number(given.runs);
if (figures === undefined || positionals.length !== 1 || !(runs >= 1)) refuse(`Usage: ${USAGE}`);
const chosen = given.only === undefined ? figures : given.only.split(',').map(byId);

const profiles = new URL('profiles/', RESULTS);
const starting = Bench.start({
  ...{ runs, quick: given.quick, profileFolder: given.profile ? profiles.pathname : undefined },
  heldMinutes: Number(given.held ?? (given.quick ? 0.2 : 10)),
  tableRows: Number(given['table-rows'] ?? (given.quick ? 1_000_000 : 100_000_000)),
  memoryBytes: Number(given['memory-bytes'] ?? (given.quick ? 100_000_000 : 5_000_000_000)),
  growthRuns: Number(given['growth-runs'] ?? (given.quick ? 100_000 : 10_000_000)),
});
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void interrupt(signal));
// Nobody may be left to read what is written: a terminal was closed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const bench = await starting;
try {
  await measureAll(chosen);
} finally {
  await bench.stop();
}

/** A terminal's Ctrl-C comes more than once: from itself, and from npm and the script above this process. */
async function interrupt(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): Promise<void> {
  if (interrupted) return;
  interrupted = true;
  say(`${signal}: ending everything`);
  const started = await starting.catch(() => undefined);
  await endChildren();
  await started?.stop();
  process.exit(128 + constants.signals[signal]);
}

async function measureAll(wanted: readonly Figure[]): Promise<void> {
  const common = {
    ...{ commit: await commit(), cores: availableParallelism(), node: process.versions.node },
    postgres: await bench.postgresSettings(),
  };
  for (const [name, value] of Object.entries(common)) say(`${name}: ${value}`);
  const results: Result[] = [];
  for (const figure of wanted) {
    if (figure.needsRedis && !bench.hasRedis) {
      say(`${figure.id}: SKIPPED, there is no redis-server on the PATH`);
      continue;
    }
    say(`${figure.id} ...`);
    try {
      const measured = (await figure.measure(bench)).map(toResult);
      say(toTable(measured));
      results.push(...measured.map((result) => ({ ...result, settings: { ...common, ...result.settings } })));
    } catch (error) {
      if (interrupted) return;
      if (error instanceof SkippedError) {
        say(`${figure.id}: SKIPPED, ${error.message}`);
        continue;
      }
      say(`${figure.id}: NOT MEASURED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      process.exitCode = 1;
    }
  }
  say(`\n${toTable(results)}`);
  if (!given.quick) await keep(results);
}

/** Replaces what was measured anew and leaves the rest. */
async function keep(results: readonly Result[]): Promise<void> {
  const file = new URL(`${suite}.json`, RESULTS);
  const text = await readFile(file, 'utf8').catch(() => '[]');
  const others = (JSON.parse(text) as Result[]).filter(({ id }) => !results.some((result) => result.id === id));
  const all = [...others, ...results].sort((a, b) => (a.id < b.id ? -1 : 1));
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, `${JSON.stringify(all, null, 2)}\n`);
  say(`Written to bench/results/${suite}.json`);
}

function byId(id: string): Figure {
  const known = figures ?? [];
  return (
    known.find((figure) => figure.id === id) ?? refuse(`No figure "${id}": ${known.map((one) => one.id).join(', ')}`)
  );
}

async function commit(): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty', '--abbrev=10']);
  return stdout.trim();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

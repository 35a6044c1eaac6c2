import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint } from './fingerprint.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

/** Folder of the checkout. */
const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));

/** Held while packages are installed or built. */
const LOCK = join(CHECKOUT, '.nx/setup.lock');
/** What was built from what, the last time. */
const LAST_BUILD = join(CHECKOUT, '.nx/last-build');
const ROOMS = ['apps', 'libs'];
const SOURCES = [...ROOMS, 'nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

const readJson = (path) => JSON.parse(readFileSync(join(CHECKOUT, path), 'utf8'));

/** Ends the process with one sentence, code 1. */
export function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** The Node versions that package.json asks for, as `>=20.19.0`. */
export function requireNode() {
  const range = readJson('package.json').engines.node;
  const needed = range.replace('>=', '').split('.').map(Number);
  const given = process.versions.node.split('.').map(Number);
  const differs = needed.findIndex((part, index) => part !== given[index]);
  if (differs === -1 || given[differs] > needed[differs]) return;
  refuse(
    `Millrace needs Node ${needed.join('.')} or newer, and this is ${process.version}: install it from nodejs.org.`,
  );
}

/** Runs `npm ci` unless node_modules holds what package-lock.json names. */
export async function install() {
  if (isInstalled()) return;
  await alone(async () => {
    if (isInstalled()) return;
    process.stdout.write('Installing packages (npm ci), which takes a minute the first time ...\n');
    const npm = process.env.npm_execpath;
    const [program, ...args] = npm ? [process.execPath, npm] : ['npm'];
    await runQuietly('The packages could not be installed', program, [...args, 'ci', '--no-audit', '--no-fund']);
  });
}

/**
 * Builds what has changed since the last time. Nothing is touched when nothing has: Nx would put the same files there
 * again, under the feet of a Millrace that runs from them.
 */
export async function build() {
  if (isBuilt()) return;
  await alone(async () => {
    if (isBuilt()) return;
    process.stdout.write('Building ...\n');
    const sources = sourcesNow();
    const nx = join(CHECKOUT, 'node_modules/nx/dist/bin/nx.js');
    await runQuietly('The build failed', process.execPath, [nx, 'run-many', '-t', 'build']);
    writeFileSync(LAST_BUILD, lastBuild(sources));
  });
}

function alone(work) {
  return oneAtATime(LOCK, work, () =>
    process.stdout.write('Waiting for another command that sets up this checkout ...\n'),
  );
}

function isBuilt() {
  try {
    return readFileSync(LAST_BUILD, 'utf8') === lastBuild(sourcesNow());
  } catch {
    return false;
  }
}

const sourcesNow = () =>
  fingerprint(
    SOURCES.map((path) => join(CHECKOUT, path)),
    ['node_modules', 'dist'],
  );

function lastBuild(sources) {
  const folders = ROOMS.flatMap((room) =>
    readdirSync(join(CHECKOUT, room)).map((name) => join(CHECKOUT, room, name, 'dist')),
  );
  return `${sources} ${fingerprint(folders)}`;
}

/** npm keeps its own list of what it installed; packages for other platforms are left out of it. */
function isInstalled() {
  let installed;
  try {
    installed = readJson('node_modules/.package-lock.json').packages;
  } catch {
    return false;
  }
  return Object.entries(readJson('package-lock.json').packages).every(
    ([path, { version, resolved, optional }]) =>
      path === '' ||
      optional ||
      (installed[path] && installed[path].version === version && installed[path].resolved === resolved),
  );
}

/** Shows what the command wrote only when it fails, and ends the process then. */
async function runQuietly(failure, program, args) {
  const { code, output } = await run(program, args);
  if (code !== 0) refuse(`${output}\n${failure}: see above.`);
}

/** Runs a command in the checkout to its end and keeps what it writes. */
export function run(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: CHECKOUT,
      // Nx without its daemon, which would stay in memory, and without its full-screen view.
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

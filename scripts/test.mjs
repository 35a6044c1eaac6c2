import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, refuse, requireNode, run } from './setup.mjs';

/** A command is one test; a project of Vitest counts its own. */
const STEPS = {
  format: { tool: 'prettier/bin/prettier.cjs', args: ['--check', '.'] },
  lint: { tool: 'eslint/bin/eslint.js', args: ['.'] },
  types: { tool: 'typescript7/bin/tsc', args: ['-p', 'tsconfig.check.json'] },
  page: { tool: 'typescript7/bin/tsc', args: ['-p', 'apps/console'] },
  unused: { tool: 'knip/bin/knip.js', args: [] },
  unit: { project: 'unit' },
  db: { project: 'db' },
  e2e: { project: 'e2e' },
};

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, 'no-skips': { type: 'boolean', default: false } },
});
const chosen = options.only?.split(',') ?? Object.keys(STEPS);
const unknown = chosen.find((name) => !Object.hasOwn(STEPS, name));
if (unknown !== undefined) refuse(`There is no step "${unknown}"; --only takes ${Object.keys(STEPS).join(', ')}.`);

requireNode();
await install();
// The linter's rule about rooms, and its spec, read the project graph that a build leaves; e2e drives what was built.
if (chosen.some((name) => ['lint', 'unit', 'e2e'].includes(name))) await build();

const results = [];
for (const name of chosen) results.push(await runStep(name));
report(results);

async function runStep(name) {
  const started = Date.now();
  const { project, tool, args } = STEPS[name];
  const outcome = project === undefined ? await runTool(tool, args) : await runProject(project);
  const seconds = (Date.now() - started) / 1000;
  if (outcome.failed > 0) process.stdout.write(`\n${outcome.output}\n`);
  process.stdout.write(`${outcome.failed > 0 ? 'FAILED' : 'ok    '} ${name} (${seconds.toFixed(1)} s)\n`);
  return { name, seconds, ...outcome };
}

async function runTool(tool, args) {
  const { code, output } = await run(process.execPath, [join('node_modules', tool), ...args]);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], output };
}

async function runProject(project) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const file = join(folder, 'report.json');
  try {
    const vitest = 'node_modules/vitest/vitest.mjs';
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { code, output } = await run(process.execPath, [vitest, 'run', '--project', project, ...reporters], {
      CI: '1',
    });
    return { ...count(file, code), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not load, and an error outside of any test, count as one failed test. */
function count(file, code) {
  let files = [];
  try {
    files = JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    // Vitest itself did not get far enough to report; its exit code tells.
  }
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  const broken = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = withStatus('failed').length + broken.length;
  return {
    passed: withStatus('passed').length,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: withStatus('pending', 'skipped', 'todo').map(({ fullName }) => fullName),
  };
}

function report(results) {
  const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
  const skipped = results.flatMap((result) => result.skipped);
  const failed = sum((result) => result.failed);
  process.stdout.write('\nstep      passed  failed  skipped  seconds\n');
  for (const { name, passed, failed, skipped, seconds } of results) {
    const numbers = [passed, failed, skipped.length].map((number, index) => String(number).padStart([6, 8, 9][index]));
    process.stdout.write(`${name.padEnd(10)}${numbers.join('')}${seconds.toFixed(1).padStart(9)}\n`);
  }
  if (skipped.length > 0) process.stdout.write(`\nSkipped:\n${skipped.map((name) => `- ${name}\n`).join('')}`);
  const refused = options['no-skips'] && skipped.length > 0;
  if (refused) process.stdout.write('\nNothing may be skipped here (--no-skips).\n');
  process.exitCode = failed > 0 || refused ? 1 : 0;
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  process.stdout.write(`\n${sum((result) => result.passed)} passed, ${failed} failed${tail}\n`);
}

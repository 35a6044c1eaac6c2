import { spawn } from 'node:child_process';
import { build, install, requireNode } from './setup.mjs';
import { stopWithNpm } from './stop-with-npm.mjs';

requireNode();
await install();
// Figures are of the built system.
await build();

const bench = spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends its Ctrl-C to both; the benchmark ends everything first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => bench.kill(signal));
stopWithNpm('bench');
bench.once('exit', (code) => (process.exitCode = code ?? 1));

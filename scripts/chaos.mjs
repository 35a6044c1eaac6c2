import { spawn } from 'node:child_process';
import { build, install, requireNode } from './setup.mjs';
import { stopWithNpm } from './stop-with-npm.mjs';

requireNode();
await install();
await build();

const chaos = spawn(process.execPath, ['--import', 'tsx', 'e2e/chaos/main.ts', ...process.argv.slice(2)], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
});
// A terminal sends its Ctrl-C to both; chaos ends everything first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => chaos.kill(signal));
stopWithNpm('chaos');
chaos.once('exit', (code) => (process.exitCode = code ?? 1));

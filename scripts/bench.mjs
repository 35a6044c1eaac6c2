import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { build, install, requireNode } from './setup.mjs';

requireNode();
await install();
// Figures are of the built system.
await build();
const bench = spawn(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const [code] = await once(bench, 'exit');
process.exitCode = code ?? 1;

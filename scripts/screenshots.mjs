import { spawn } from 'node:child_process';
import { build, install, requireNode } from './setup.mjs';

requireNode();
await install();
await build();

const shots = spawn(process.execPath, ['--import', 'tsx', 'e2e/screenshots/main.ts'], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
});
shots.once('exit', (code) => (process.exitCode = code ?? 1));

#!/usr/bin/env node
// npm links this file when it installs, before anything is built.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('The command line is not built yet: run "npm run build", or "npm start", which does it too.\n');
  process.exitCode = 2;
}

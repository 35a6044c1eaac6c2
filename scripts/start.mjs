import { build, install, requireNode } from './setup.mjs';
import { stopWithNpm } from './stop-with-npm.mjs';

requireNode();
await install();
await build();
stopWithNpm('start');
// In this very process: another Node would cost 50 MB for nothing.
await import('../apps/standalone/dist/main.js');

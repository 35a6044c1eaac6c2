import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { hasProgram } from '../has-program.js';
import { applyPatch } from './sabotaged-tree.js';
import { type Sabotage, SABOTAGES } from './sabotages.js';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let child: ChildProcess | undefined;
// A test that fails or takes too long leaves nothing running beside the next specs.
afterEach(async () => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
});

describe.each([
  { backend: 'postgres', skip: false },
  { backend: 'redis', skip: !hasProgram('redis-server') },
])('a short chaos on $backend', ({ backend, skip }) => {
  it.skipIf(skip)('violates no invariant (Redis needs redis-server)', { timeout: 300_000 }, async () => {
    const { code, output } = await chaos('--minutes', '0.2', '--seed', '3', '--backend', backend);
    expect(output).toMatch(/\n\d+ passed, 0 failed\n$/);
    expect(code).toBe(0);
  });
});

describe('the sabotaged builds', () => {
  it.each(Object.entries<Sabotage>(SABOTAGES))('%s still finds what it breaks', async (_name, { patches }) => {
    const texts = new Map<string, string>();
    for (const patch of patches) {
      const text = texts.get(patch.file) ?? (await readFile(join(CHECKOUT, patch.file), 'utf8'));
      texts.set(patch.file, applyPatch(text, patch));
    }
    expect(texts.size).toBeGreaterThan(0);
  });
});

async function chaos(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const started = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    cwd: CHECKOUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let output = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(started, 'close')) as [number | null];
  return { code, output };
}

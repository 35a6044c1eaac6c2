import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ofBenchmark } from '../children.js';

/** Runs commands of `psql`, as `\copy` is one, in one session. @throws when it fails, or when there is no psql on the PATH */
export async function psql(databaseUrl: string, ...commands: readonly string[]): Promise<void> {
  const args = [
    '--no-psqlrc',
    '--quiet',
    '--set',
    'ON_ERROR_STOP=1',
    ...commands.flatMap((one) => ['--command', one]),
    databaseUrl,
  ];
  const child = ofBenchmark(spawn('psql', args, { stdio: ['ignore', 2, 2] }));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`psql ended with ${String(code)}: ${commands.join('; ')}`);
}

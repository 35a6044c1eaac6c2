import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ProcessLog } from './process-log.js';
import { StandaloneError } from './standalone.errors.js';

/** Runs `apps/migrate` to its end. @throws StandaloneError MR_MIGRATION_FAILED with its own reason */
export async function runMigrations(program: string, env: NodeJS.ProcessEnv, logs: string): Promise<void> {
  const log = await ProcessLog.open(logs, 'migrate', () => undefined);
  const migrate = fork(program, [], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  if (migrate.stdout !== null) log.follow(migrate.stdout);
  if (migrate.stderr !== null) log.follow(migrate.stderr);
  const [code] = (await once(migrate, 'close')) as [number | null];
  log.close();
  if (code !== 0) {
    throw new StandaloneError('MR_MIGRATION_FAILED', log.lastWarning ?? `The migrations failed; see ${log.file}.`);
  }
}

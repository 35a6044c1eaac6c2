import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArchiveDisk } from './archive-disk.js';
import type { Backend } from './fault-schedule.js';
import { freePort } from '../free-port.js';
import { makeHome } from './home-folder.js';
import { PostgresServer } from './postgres-server.js';
import { RedisProcess } from './redis-process.js';
import { ServiceProcess } from './service-process.js';

const TASKS = fileURLToPath(new URL('tasks', import.meta.url));

/** Runs at once of a worker, a queue: few, so that waiting parents would block everything if they held a slot. */
export const WORKER_CONCURRENCY = 4;

export interface SystemOptions {
  readonly backend: Backend;
  readonly workers: number;
  /** Folder with the built `apps` and `libs`. */
  readonly tree: string;
  /** Whether archive and quarantine are to be on another device than the inboxes, where there is one. */
  readonly homeElsewhere: boolean;
  /** Whether the archive is to have a disk of its own, which can be filled. */
  readonly archiveDisk: boolean;
}

/** The built Millrace as processes of its own, in a temporary folder, on loopback. */
export class System {
  private constructor(
    readonly folder: string,
    /** With archive and quarantine; below the folder, or on another device. */
    readonly home: string,
    readonly postgres: PostgresServer,
    readonly redis: RedisProcess | undefined,
    readonly api: ServiceProcess,
    readonly watcher: ServiceProcess,
    readonly workers: readonly ServiceProcess[],
    readonly apiUrl: string,
    readonly archiveDisk: ArchiveDisk | undefined,
  ) {}

  /** Starts everything; resolves when all of it serves. What was started is ended again when something does not start. */
  static async start({ backend, workers, tree, homeElsewhere, archiveDisk }: SystemOptions): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-chaos-'));
    // When root runs this, PostgreSQL's own user must be able to enter it.
    await chmod(folder, 0o755);
    const [port, redisPort] = [await freePort(), await freePort()];
    const postgres = new PostgresServer(join(folder, 'postgres'));
    const redis = backend === 'redis' ? new RedisProcess(redisPort, join(folder, 'redis')) : undefined;
    const inboxes = inboxesIn(folder);
    for (const inbox of inboxes) await mkdir(inbox);
    const home = await makeHome(folder, homeElsewhere);
    const disk = archiveDisk ? await ArchiveDisk.mount(join(home, 'archive')) : undefined;
    await postgres.start();
    await redis?.start();
    const env: NodeJS.ProcessEnv = {
      ...withoutSettings(process.env),
      DATABASE_URL: postgres.url,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      PORT: `${port}`,
      INBOX_DIR: inboxes.join(),
      MILLRACE_HOME: home,
      TASKS,
      WORKER_CONCURRENCY: `${WORKER_CONCURRENCY}`,
      SHUTDOWN_GRACE: '2',
      LOG_FORMAT: 'json',
    };
    const service = (app: string, name = app) =>
      new ServiceProcess({
        name,
        program: join(tree, 'apps', app, 'dist/main.js'),
        env,
        folder,
        logFile: join(folder, `${name}.log`),
      });
    const system = new System(
      folder,
      home,
      postgres,
      redis,
      service('api'),
      service('file-watcher'),
      Array.from({ length: workers }, (_, index) => service('worker', `worker-${index + 1}`)),
      `http://127.0.0.1:${port}`,
      disk,
    );
    try {
      await migrate(join(tree, 'apps/migrate/dist/main.js'), env, folder);
      for (const process of system.processes) process.up();
      await Promise.all(system.processes.map((process) => process.untilReady()));
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  get processes(): readonly ServiceProcess[] {
    return [this.api, this.watcher, ...this.workers];
  }

  /** The ledger names files of the first relative to it, and those of the others by their whole path. */
  get inboxes(): readonly [string, string] {
    return inboxesIn(this.folder);
  }

  get archive(): string {
    return join(this.home, 'archive');
  }

  /** Ends everything; the folder stays. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.down('SIGKILL')));
    await this.redis?.kill();
    await this.postgres.stop();
  }

  async remove(): Promise<void> {
    await this.archiveDisk?.unmount();
    for (const folder of [this.folder, this.home]) await rm(folder, { recursive: true, force: true });
  }
}

const inboxesIn = (folder: string) => [join(folder, 'inbox'), join(folder, 'other-inbox')] as const;

/** The environment of whoever runs chaos must not change what it runs. */
function withoutSettings({ PATH, HOME, TMPDIR }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH, HOME, TMPDIR };
}

async function migrate(program: string, env: NodeJS.ProcessEnv, folder: string): Promise<void> {
  const migration = spawn(process.execPath, [program], { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(migration, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the migrations ended with code ${code}`);
}

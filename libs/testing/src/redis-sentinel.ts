import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startRedis, type RedisServer } from './redis-server.js';
import { waitFor } from './wait-for.js';

const run = promisify(execFile);

export interface WatchedRedis {
  /** host:port of the Sentinel. */
  readonly sentinel: string;
  /** Under which the Sentinel knows it. */
  readonly name: string;
  /** Ends the master at once, and leaves the rest to the Sentinel. */
  readonly killMaster: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * A master, its replica and one Sentinel that fails over after half a second.
 *
 * @throws without `redis-server` and `redis-cli`
 */
export async function startWatchedRedis(name = 'queues'): Promise<WatchedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-redis-sentinel-'));
  const undo = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const master = await started();
    undo.push(master.stop);
    const port = new URL(master.url).port;
    const replica = await started(['--replicaof', '127.0.0.1', port, '--repl-diskless-sync-delay', '0']);
    undo.push(replica.stop);
    const sentinelPort = freePort();
    const config = join(folder, 'sentinel.conf');
    await writeFile(
      config,
      [
        ...[`port ${sentinelPort}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor ${name} 127.0.0.1 ${port} 1`],
        ...[`sentinel down-after-milliseconds ${name} 500`, `sentinel failover-timeout ${name} 3000`, ''],
      ].join('\n'),
    );
    const sentinel = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' });
    undo.push(() => kill(sentinel));
    // It fails over only to a replica that it has heard of and that is in step.
    await waitFor(
      async () => isInStep(await run('redis-cli', ['-p', `${sentinelPort}`, 'sentinel', 'replicas', name])),
      { deadline: 30_000, interval: 100 },
    );
    return { name, sentinel: `127.0.0.1:${sentinelPort}`, killMaster: master.stop, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function kill(sentinel: ChildProcess): Promise<void> {
  if (sentinel.exitCode !== null || sentinel.signalCode !== null) return;
  sentinel.kill('SIGKILL');
  await once(sentinel, 'exit');
}

function isInStep({ stdout }: { readonly stdout: string }): boolean {
  return /master-link-status\s+ok/.test(stdout);
}

async function started(settings?: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(settings);
  if (server === undefined) throw new Error('A Sentinel needs redis-server on the PATH.');
  return server;
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startRedis, type RedisServer } from './redis-server.js';
import { waitFor } from './wait-for.js';

const run = promisify(execFile);

export interface RedisCluster {
  /** host:port, comma separated. */
  readonly nodes: string;
  readonly flush: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A Redis Cluster of three masters on loopback, all slots taken. @throws without `redis-server` and `redis-cli` */
export async function startRedisCluster(): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-redis-cluster-'));
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of ['one', 'two', 'three']) servers.push(await startNode(folder, name));
    const nodes = servers.map(({ url }) => url.slice('redis://'.length));
    await run('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes']);
    const ofEach = (...command: string[]) =>
      Promise.all(servers.map(({ url }) => run('redis-cli', ['-u', url, ...command])));
    await waitFor(
      async () => (await ofEach('cluster', 'info')).every(({ stdout }) => stdout.includes('cluster_state:ok')),
      { deadline: 20_000, interval: 100 },
    );
    return { nodes: nodes.join(','), flush: async () => void (await ofEach('flushall')), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(folder: string, name: string): Promise<RedisServer> {
  const server = await startRedis([
    ...['--cluster-enabled', 'yes', '--cluster-config-file', join(folder, `${name}.conf`)],
    ...['--cluster-port', `${freePort()}`],
  ]);
  if (server === undefined) throw new Error('A cluster needs redis-server on the PATH.');
  return server;
}

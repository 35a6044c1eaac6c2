import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

/** Below the ephemeral range, so that no outgoing connection takes the port between its choice and the start. */
const PORTS = { first: 16_384, end: 32_000 };
const ATTEMPTS = 20;

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** Ends it at once (nothing is saved) and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * A Redis of the spec's own: loopback, a free port, nothing on disk. Undefined when there is no `redis-server` on the
 * PATH.
 *
 * @param settings more of its command line, as `['--maxmemory', '10mb']`
 * @param samePort that of a Redis that was stopped, to take its place
 */
export async function startRedis(
  settings: readonly string[] = [],
  samePort?: number,
): Promise<RedisServer | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = samePort ?? freePort();
    const server = spawn(
      'redis-server',
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir(), ...settings],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const outcome = await outcomeOf(server);
    if (outcome === 'missing') return undefined;
    if (outcome === 'ready') return { url: `redis://127.0.0.1:${port}`, pid: server.pid as number, stop: stop(server) };
  }
  throw new Error(`redis-server did not start in ${ATTEMPTS} attempts; run \`redis-server\` to see why.`);
}

/** Probably free: to try again when it is not. */
export function freePort(): number {
  return randomInt(PORTS.first, PORTS.end);
}

/** Redis tells on stdout that it is ready; it exits when its port is taken. */
function outcomeOf(server: ChildProcess): Promise<'ready' | 'missing' | 'exited'> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve('missing') : reject(error),
    );
    server.once('exit', () => resolve('exited'));
    let output = '';
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Ready to accept connections')) resolve('ready');
    });
  });
}

const stop = (server: ChildProcess) => async () => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
};

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';

/** A Redis on a fixed port of loopback, with an append-only file of its own, that can be killed, emptied and lost. */
export class RedisProcess {
  #server: ChildProcess | undefined;

  constructor(
    private readonly port: number,
    private readonly folder: string,
  ) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const where = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.folder];
    const server = spawn('redis-server', [...where, '--save', '', '--appendonly', 'yes'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
      let output = '';
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (output.includes('Ready to accept connections')) resolve();
      });
    });
  }

  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  /** As a Redis without a volume: what it held is gone with it. */
  async lose(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async flush(): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('FLUSHALL\r\n');
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    socket.destroy();
  }
}

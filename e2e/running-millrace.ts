import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@millrace/testing';
import { Client, type QueryResultRow } from 'pg';
import { freePort } from './free-port.js';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const LAUNCHER = join(CHECKOUT, 'apps/standalone/dist/main.js');
/** Milliseconds that a start or a stop may take. */
const PATIENCE = 60_000;

/** The built system in a folder of its own, as `npm start` runs it. */
export class RunningMillrace {
  #launcher: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** A folder with an empty inbox; nothing runs yet. */
  static async prepare(env: NodeJS.ProcessEnv = {}): Promise<RunningMillrace> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
    // When root runs this, PostgreSQL's own user must be able to enter it.
    await chmod(folder, 0o755);
    return new RunningMillrace(folder, await freePort(), env);
  }

  get inbox(): string {
    return join(this.folder, 'inbox');
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  /** What the launcher has printed since its last start. */
  get output(): string {
    return this.#output;
  }

  /** Writes a file of tasks, which may import what Millrace itself does; gives the folder for `TASKS`. */
  async writeTasks(source: string): Promise<string> {
    const tasks = join(this.folder, 'tasks');
    await mkdir(tasks);
    await symlink(join(CHECKOUT, 'node_modules'), join(this.folder, 'node_modules'));
    await writeFile(join(this.folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(tasks, 'own.task.ts'), source);
    return tasks;
  }

  /** Resolves when it says that it is ready. */
  async start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.#output = '';
    const launcher = spawn(process.execPath, [LAUNCHER], {
      cwd: this.folder,
      env: {
        ...process.env,
        ...{ PORT: String(this.port), INBOX_DIR: this.inbox, MILLRACE_HOME: this.home, TASKS: join(CHECKOUT, 'tasks') },
        ...this.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#launcher = launcher;
    for (const stream of [launcher.stdout, launcher.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    await waitFor(
      () => {
        if (launcher.exitCode !== null)
          throw new Error(`the launcher exited with ${launcher.exitCode}: ${this.#output}`);
        return this.#output.includes('Millrace is ready');
      },
      { deadline: PATIENCE },
    );
  }

  /** Sends the signal to the launcher; gives its exit code, null when the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const launcher = this.#launcher;
    if (launcher === undefined || launcher.exitCode !== null || launcher.signalCode !== null) return null;
    launcher.kill(signal);
    const [code] = (await once(launcher, 'exit', { signal: AbortSignal.timeout(PATIENCE) })) as [number | null];
    return code;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async drop(source: string, name: string): Promise<void> {
    await cp(source, join(this.inbox, name));
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Asks the database, as `psql "$(cat .millrace/database-url)"` would. */
  async sql<Row extends QueryResultRow>(query: string): Promise<Row[]> {
    const client = new Client({ connectionString: await readFile(join(this.home, 'database-url'), 'utf8') });
    await client.connect();
    try {
      return (await client.query<Row>(query)).rows;
    } finally {
      await client.end();
    }
  }
}

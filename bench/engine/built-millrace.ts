import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Bench, withClient } from '../bench.js';
import { BuiltProcess } from '../built-process.js';
import { freePort } from '../free-port.js';
import { profilingArgs } from '../profiling-args.js';
import { environmentOf } from './sides/millrace-apps.js';

/** Built apps as processes of their own, on one database. */
export class BuiltMillrace {
  readonly #processes: BuiltProcess[] = [];
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    private readonly bench: Bench,
    readonly databaseUrl: string,
    private readonly redisUrl: string | undefined,
    private readonly concurrency: number,
  ) {}

  /** The API, when it answers; and its address. */
  async startApi(): Promise<{ api: BuiltProcess; url: string }> {
    const port = await freePort();
    const api = this.#start('api', { PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    await api.until(() =>
      fetch(`${url}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return { api, url };
  }

  /** A worker, when it holds its lease. */
  async startWorker(): Promise<BuiltProcess> {
    const worker = this.#start('worker', {});
    await worker.until(() => this.any(`FROM millrace.workers WHERE pid = ${worker.pid} AND ended_at IS NULL`));
    return worker;
  }

  /** Starts a run over HTTP; gives its id. Not by `fetch`, which takes a millisecond for itself. */
  async post(url: string, task: string, input: unknown): Promise<string> {
    const body = JSON.stringify({ task, input });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(`${url}/runs`, { method: 'POST', agent: this.#agent, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const answer = await textOf(response);
    if (response.statusCode !== 202) throw new Error(`POST /runs: ${response.statusCode} ${answer}`);
    return (JSON.parse(answer) as { id: string }).id;
  }

  /** Whether a query has a row. */
  async any(query: string): Promise<boolean> {
    const { rowCount } = await withClient(this.databaseUrl, (client) => client.query(`SELECT ${query} LIMIT 1`));
    return rowCount !== 0;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await Promise.all(this.#processes.splice(0).map((process) => process.end()));
  }

  #start(app: 'api' | 'worker', env: Record<string, string>): BuiltProcess {
    const { bench, databaseUrl, redisUrl, concurrency } = this;
    const file = fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
    const common = environmentOf({ databaseUrl, redisUrl, concurrency, home: bench.folder });
    const started = BuiltProcess.start(file, { ...common, ...env }, profilingArgs(bench.options.profileFolder));
    this.#processes.push(started);
    return started;
  }
}

/** Uses built apps on a new database, on Redis, and ends them. */
export async function withBuiltMillrace<T>(
  bench: Bench,
  concurrency: number,
  work: (millrace: BuiltMillrace) => Promise<T>,
): Promise<T> {
  return bench.withDatabase(async (url) => {
    const millrace = new BuiltMillrace(bench, url, await bench.emptyRedis(), concurrency);
    try {
      return await work(millrace);
    } finally {
      await millrace.stop();
    }
  });
}

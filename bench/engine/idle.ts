import { mkdtemp, readFile, rm, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Bench, withClient } from '../bench.js';
import { BuiltProcess } from '../built-process.js';
import { type Figure, type Measured, valueBelow } from '../figure.js';
import { freePort } from '../free-port.js';
import { cpuSeconds } from '../process-tree.js';
import { BENCH_TASKS } from './sides/millrace-apps.js';

/** The whole system as `npm start` runs it, its PostgreSQL included, with nothing to do. */
export const idle: Figure = { id: 'engine.idle', needsRedis: false, measure };

async function measure(bench: Bench): Promise<readonly Measured[]> {
  const { quick } = bench.options;
  const seconds = quick ? 10 : 60;
  const cpu: number[] = [];
  const statements: number[] = [];
  const folder = await mkdtemp(join(bench.folder, 'idle-'));
  await chmod(folder, 0o755);
  try {
    await withStandalone(folder, async (pid, databaseUrl) => {
      const postmaster = await logStatements(databaseUrl);
      const log = join(folder, 'home', 'postgres', 'server.log');
      // What a start leaves to do is over by then: Node goes on compiling for a minute or two.
      await delay(quick ? 15_000 : 120_000);
      for (let run = 0; run < bench.options.runs; run += 1) {
        const before = { cpu: await cpuSeconds([pid, postmaster]), statements: await countStatements(log) };
        await delay(seconds * 1_000);
        cpu.push((((await cpuSeconds([pid, postmaster])) - before.cpu) / seconds) * 100);
        statements.push(((await countStatements(log)) - before.statements) / seconds);
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const common = { baseline: [], settings: { seconds, backend: 'postgres' } };
  const what = 'whole system with nothing to do, PostgreSQL included';
  return [
    {
      ...common,
      id: 'engine.idle.cpu',
      what: `CPU, ${what}`,
      unit: '% of a core',
      millrace: cpu,
      target: valueBelow(2),
    },
    {
      ...common,
      id: 'engine.idle.statements',
      what: `statements, ${what}`,
      unit: '1/s',
      millrace: statements,
      target: valueBelow(20),
    },
  ];
}

async function withStandalone(
  folder: string,
  work: (pid: number, databaseUrl: string) => Promise<void>,
): Promise<void> {
  const home = join(folder, 'home');
  const launcher = BuiltProcess.start(fileURLToPath(new URL('../../apps/standalone/dist/main.js', import.meta.url)), {
    ...{ PORT: String(await freePort()), MILLRACE_HOME: home, INBOX_DIR: join(folder, 'inbox'), TASKS: BENCH_TASKS },
    ...{ LOG_LEVEL: 'error', LOG_FORMAT: 'json' },
  });
  try {
    const readUrl = () => readFile(join(home, 'database-url'), 'utf8').catch(() => '');
    const hasWorker = (url: string) =>
      withClient(url, async (client) => (await client.query('SELECT FROM millrace.workers')).rowCount === 1);
    await launcher.until(async () => {
      const url = (await readUrl()).trim();
      return url !== '' && (await hasWorker(url).catch(() => false));
    });
    await work(launcher.pid, (await readUrl()).trim());
  } finally {
    await launcher.end();
  }
}

/** Makes PostgreSQL log every statement; gives its main process. */
async function logStatements(url: string): Promise<number> {
  return withClient(url, async (client) => {
    await client.query(`ALTER SYSTEM SET log_statement = 'all'`);
    await client.query('SELECT pg_reload_conf()');
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`,
    );
    const stat = await readFile(`/proc/${rows[0]?.pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  });
}

async function countStatements(log: string): Promise<number> {
  return (await readFile(log, 'utf8')).split(/LOG: {2}(?:statement|execute)/).length - 1;
}

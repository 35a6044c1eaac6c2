import { loadConfig, readEnvironment } from '@millrace/config';
import { Standalone } from './standalone.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** A sentence for what we foresaw (`MR_...`), the stack for what we did not. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('MR_') ? error.message : (error.stack ?? error.message);
}

async function run(): Promise<number> {
  const env = readEnvironment();
  const standalone = new Standalone(loadConfig(env), env, say);
  let asked = false;
  const stopped = new Promise<void>((resolve, reject) => {
    const stop = (signal: string) => {
      if (asked) return standalone.hurry();
      asked = true;
      say(`\n${signal}: stopping everything in order (once more to hurry) ...`);
      standalone.stop().then(resolve, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
  });
  try {
    await standalone.start();
  } catch (error) {
    // What a stop interrupts fails, and that is no news.
    if (!asked) {
      await standalone.stop();
      throw error;
    }
  }
  await stopped;
  say('Stopped.');
  return 0;
}

try {
  process.exit(await run());
} catch (error) {
  process.stderr.write(`\nMillrace did not start: ${explain(error)}\n`);
  process.exit(1);
}

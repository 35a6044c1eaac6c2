import { parseArgs } from 'node:util';
import type { Backend } from './fault-schedule.js';
import { SABOTAGES, type SabotageName } from './sabotages.js';

const USAGE =
  'npm run chaos -- [--minutes 3] [--seed N] [--backend redis|postgres] [--workers 3] [--keep] [--sabotage all|NAME]';

/** What `npm run chaos -- ...` was asked for. */
export interface CommandLine {
  readonly minutes: number;
  readonly seed: number;
  readonly backend: Backend;
  readonly workers: number;
  /** Keep the temporary folder, with all logs and the journal. */
  readonly keep: boolean;
  readonly sabotage: SabotageName | 'all' | undefined;
}

/** @throws Error with a sentence for people */
export function parseCommandLine(args: readonly string[], hasRedis: boolean): CommandLine {
  const { values } = optionsIn(args);
  const { backend = hasRedis ? 'redis' : 'postgres', sabotage } = values;
  if (backend !== 'redis' && backend !== 'postgres') throw new Error(`--backend is redis or postgres, not ${backend}.`);
  if (backend === 'redis' && !hasRedis) throw new Error('--backend redis needs redis-server on the PATH.');
  if (sabotage !== undefined && sabotage !== 'all' && !isSabotage(sabotage)) {
    throw new Error(`--sabotage is all, or one of ${Object.keys(SABOTAGES).join(', ')}.`);
  }
  return {
    minutes: numberOf('minutes', values.minutes, 0.05, 600),
    seed: values.seed === undefined ? Date.now() % 1_000_000 : numberOf('seed', values.seed, 0, 2 ** 31),
    backend,
    workers: numberOf('workers', values.workers, 1, 20),
    keep: values.keep,
    sabotage,
  };
}

function optionsIn(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '3' },
        seed: { type: 'string' },
        backend: { type: 'string' },
        workers: { type: 'string', default: '3' },
        sabotage: { type: 'string' },
        keep: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}. Usage: ${USAGE}`, { cause: error });
  }
}

function isSabotage(name: string): name is SabotageName {
  return Object.hasOwn(SABOTAGES, name);
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new Error(`--${name} is a number from ${least} to ${most}, not ${text}.`);
}

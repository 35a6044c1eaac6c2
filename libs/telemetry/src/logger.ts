import { pino, type Logger as PinoLogger } from 'pino';

/** Structured logger: fields first, then a message, as pino has it. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Name of the process in each line: `api`, `worker`, ... */
  readonly name: string;
  readonly level: string;
  /** Coloured lines for people instead of JSON for machines. */
  readonly pretty: boolean;
}

/** One JSON line an event on stdout; for people when `pretty`. */
export function createLogger({ name, level, pretty }: LoggerOptions): Logger {
  return pino({
    name,
    level,
    redact: ['*.password', '*.token', '*.authorization', 'password', 'token', 'authorization'],
    ...(pretty ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } } } : {}),
  });
}

/** A logger that writes nothing, for specs. */
export const silentLogger: Logger = pino({ level: 'silent' });

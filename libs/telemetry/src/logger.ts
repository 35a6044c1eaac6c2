import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { hideSecrets } from './hide-secrets.js';

/** Structured logger: fields first, then a message, as pino has it. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Name of the process in each line: `api`, `worker`, ... */
  readonly name: string;
  readonly level: string;
  /** Coloured lines for people instead of JSON for machines. */
  readonly pretty: boolean;
  /** Texts that stand in no line, whatever they come with. @default none */
  readonly secrets?: readonly string[];
  /** @default stdout */
  readonly destination?: DestinationStream;
}

const SECRET_KEYS = ['password', 'token', 'authorization', 'cookie', 'secret', 'apiKey'];
/** As deep as something of ours is logged; texts are hidden at any depth. */
const PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** One JSON line an event on stdout; for people when `pretty`. */
export function createLogger({ name, level, pretty, secrets = [], destination }: LoggerOptions): Logger {
  const streamWrite = hideSecrets(secrets);
  const options = { name, level, redact: PATHS, ...(streamWrite && { hooks: { streamWrite } }) };
  if (destination !== undefined) return pino(options, destination);
  const forPeople = { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } };
  return pino(pretty ? { ...options, transport: forPeople } : options);
}

/** A logger that writes nothing, for specs. */
export const silentLogger: Logger = pino({ level: 'silent' });

import { stdSerializers } from 'pino';
import { HIDDEN } from './hide-secrets.js';

const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'password',
  'token',
  'authorization',
  'cookie',
  'secret',
  'apiKey',
]);
/** Levels of objects that are looked through; what is deeper is written as it is. */
const LEVELS = 6;

type Fields = Record<string, unknown>;

/** Stands in the place of an object that throws when it is looked at. */
const UNREADABLE = '[Unreadable]';

/**
 * The fields of a log line without the values of those that are secret by their names. Nothing is copied when there is none.
 * An error is given as what is written of it, since it may carry such fields too. Never throws.
 */
export function hideSecretFields(fields: Fields): Fields {
  const shown = shownOf(fields, LEVELS);
  return shown === UNREADABLE ? { unprintable: UNREADABLE } : (shown as Fields);
}

function shownOf(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  try {
    return withoutSecrets((value instanceof Error ? stdSerializers.err(value) : value) as Fields, levels);
  } catch {
    return UNREADABLE;
  }
}

function withoutSecrets(source: Fields, levels: number): Fields {
  // A date, a URL: they say themselves how they are written.
  if (typeof source['toJSON'] === 'function') return source;
  let copy: Fields | undefined;
  for (const key of Object.keys(source)) {
    const field = source[key];
    const shown = SECRET_FIELDS.has(key) ? HIDDEN : shownOf(field, levels - 1);
    if (shown === field) continue;
    copy ??= (Array.isArray(source) ? [...source] : { ...source }) as Fields;
    copy[key] = shown;
  }
  return copy ?? source;
}

import { type Gate, keyGate, rateGate, storableText } from '@millrace/runs';
import { checkValue } from './check-value.js';
import { ConcurrencyKeyError } from '../engine.errors.js';
import type { RegisteredTask } from './task-registry.js';

const LONGEST_KEY = 200;

/**
 * What a run of the task passes before each claim; undefined when the task has no limit.
 * @param input as its schema gives it
 * @throws ConcurrencyKeyError
 */
export function gatesOf(task: RegisteredTask, input: unknown): readonly Gate[] | undefined {
  const { concurrency, rateLimit } = task.definition;
  const gates: Gate[] = [];
  if (concurrency !== undefined) gates.push(keyGate(task.id, keyOf(task, concurrency.key, input)));
  if (rateLimit !== undefined) gates.push(rateGate(task.id));
  return gates.length === 0 ? undefined : gates;
}

/** As `gatesOf`, for an input in JSON that nobody has checked; the runs of those that the schema refuses share a key. */
export async function gatesOfJson(task: RegisteredTask, json: string): Promise<readonly Gate[] | undefined> {
  const { concurrency, rateLimit, input } = task.definition;
  if (concurrency === undefined) return rateLimit === undefined ? undefined : [rateGate(task.id)];
  const checked = await checkValue(input, JSON.parse(json));
  if (checked.ok) return gatesOf(task, checked.value);
  return [keyGate(task.id, ''), ...(rateLimit === undefined ? [] : [rateGate(task.id)])];
}

function keyOf(task: RegisteredTask, toKey: (input: unknown) => unknown, input: unknown): string {
  let key: unknown;
  try {
    key = toKey(input);
  } catch (error) {
    throw new ConcurrencyKeyError(task.id, 'its function threw', error);
  }
  if (typeof key !== 'string') throw new ConcurrencyKeyError(task.id, `its function gave ${typeof key}`);
  if (key.length === 0 || key.length > LONGEST_KEY) {
    throw new ConcurrencyKeyError(task.id, `it has ${key.length} characters instead of 1 to ${LONGEST_KEY}`);
  }
  return storableText(key);
}

import { UNSURE, type ReadValue } from './byte-cursor.js';
import { readInt32 } from './read-int32.js';
import { readText } from './read-text.js';
import { readTime } from './read-time.js';
import type { ReadableMember, ReadableShape } from '../feeds/readable-shape.js';

/**
 * The reader of values of a shape. It takes, straight from the bytes, what JSON.parse and the schema would take with
 * the same outcome: the declared keys in their order, texts without escapes in ASCII, exact times with a zone. Of all
 * else it is unsure, good values among it.
 *
 * It is written as a program for the shape and compiled: readers that are put together from closures took 3 times as
 * long. Names of fields are the only foreign part of it, and have no character but letters, digits, space, `_` and `-`.
 */
export function compileReader(shape: ReadableShape): ReadValue {
  const body = `'use strict';
return function readRecord(cursor) {
  const { bytes, view } = cursor;
  const limit = bytes.length;
  let { at, newlines, keys } = cursor;
  let byte = 0;
  ${new Program().read(shape, 'record')}
  cursor.at = at;
  cursor.newlines = newlines;
  cursor.keys = keys;
  return record;
};`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- see above
  return new Function('UNSURE', 'readText', 'readTime', 'readInt32', body)(
    ...[UNSURE, readText, readTime, readInt32],
  ) as ReadValue;
}

/** Passes over space; `byte` is then the one behind it, or -1. */
const SKIP_SPACE = `for (;; at += 1) {
  byte = at < limit ? bytes[at] : -1;
  if (byte > 32 || (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9)) break;
  if (byte === 10) newlines += 1;
}`;

const unless = (condition: string) => `if (!(${condition})) return UNSURE;`;
const code = (character: string) => String(character.charCodeAt(0));

/** Statements that read a value at `at` into a variable, or return unsure. */
class Program {
  private variables = 0;

  read(shape: ReadableShape, into: string): string {
    switch (shape.kind) {
      case 'text':
        return leaf(into, `readText(cursor, ${String(shape.maxLength)})`);
      case 'time':
        return leaf(into, 'readTime(cursor)');
      case 'int32':
        return leaf(into, 'readInt32(cursor)');
      case 'array':
        return this.readArray(shape.item, into);
      case 'object':
        return this.readObject(shape.fields, into);
    }
  }

  private readArray(item: ReadableShape, into: string): string {
    const one = this.variable();
    return `${unless(`at < limit && bytes[at] === ${code('[')}`)}
at += 1;
${SKIP_SPACE}
const ${into} = [];
if (byte === ${code(']')}) at += 1;
else for (;;) {
  ${this.read(item, one)}
  ${into}.push(${one});
  ${SKIP_SPACE}
  at += 1;
  if (byte === ${code(']')}) break;
  ${unless(`byte === ${code(',')}`)}
  ${SKIP_SPACE}
}`;
  }

  private readObject(fields: readonly ReadableMember[], into: string): string {
    const members = fields.map(({ name, shape }) => ({ name, shape, variable: this.variable() }));
    const reads = members.map(({ name, shape, variable }, index) => {
      const end = index < members.length - 1 ? ',' : '}';
      return `at += 1;
${SKIP_SPACE}
${passKey(name)}
keys += 1;
${SKIP_SPACE}
${unless(`byte === ${code(':')}`)}
at += 1;
${SKIP_SPACE}
${this.read(shape, variable)}
${SKIP_SPACE}
${unless(`byte === ${code(end)}`)}`;
    });
    const literal = members.map(({ name, variable }) => `${JSON.stringify(name)}: ${variable}`).join(', ');
    return `${unless(`at < limit && bytes[at] === ${code('{')}`)}
${reads.join('\n')}
at += 1;
const ${into} = { ${literal} };`;
  }

  private variable(): string {
    return `value${String((this.variables += 1))}`;
  }
}

function leaf(into: string, call: string): string {
  return `cursor.at = at;
const ${into} = ${call};
if (${into} === UNSURE) return UNSURE;
at = cursor.at;`;
}

/** Compares four bytes at once. */
function passKey(name: string): string {
  const key = Buffer.from(JSON.stringify(name));
  const checks = [`at + ${String(key.length)} <= limit`];
  let index = 0;
  for (; index + 4 <= key.length; index += 4) {
    checks.push(`view.getInt32(at + ${String(index)}, true) === ${String(key.readInt32LE(index))}`);
  }
  for (; index < key.length; index++) checks.push(`bytes[at + ${String(index)}] === ${String(key[index])}`);
  return `${unless(checks.join(' && '))}
at += ${String(key.length)};`;
}

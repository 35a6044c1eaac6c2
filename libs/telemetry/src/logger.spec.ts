import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

/** A logger, and the lines that it has written. */
function record(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ name: 'spec', level: 'info', pretty: false, secrets, destination }) };
}

describe('a log line', () => {
  it('is JSON with the name of its process', () => {
    const { lines, logger } = record();
    logger.info({ run: 'r' }, 'hello');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ name: 'spec', run: 'r', msg: 'hello' }]);
  });

  it.each(['password', 'token', 'authorization', 'cookie', 'secret', 'apiKey'])('hides what is called %s', (key) => {
    const { lines, logger } = record();
    logger.info({ [key]: 'hush', user: { [key]: 'hush' }, request: { headers: { [key]: 'hush' } } }, 'hello');
    expect(lines.join()).not.toContain('hush');
    expect(lines.join()).toContain('hello');
  });

  it('hides such fields of errors, lists and bindings, and leaves what was logged as it was', () => {
    const { lines, logger } = record();
    const fields = {
      error: Object.assign(new Error('refused'), { request: { token: 'hush' } }),
      users: [{ cookie: 'hush' }],
    };
    logger
      .child({ login: { password: 'hush' } })
      .child({ token: 'hush' })
      .error(fields, 'failed');
    logger.error(Object.assign(new Error('refused'), { apiKey: 'hush' }));
    expect(lines.join()).not.toContain('hush');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { error: { type: 'Error', message: 'refused', stack: expect.any(String) as string }, msg: 'failed' },
      { err: { type: 'Error', message: 'refused', stack: expect.any(String) as string }, msg: 'refused' },
    ]);
    expect(fields).toMatchObject({ error: { request: { token: 'hush' } }, users: [{ cookie: 'hush' }] });
  });

  it('takes what JSON has no form for, or one of its own', () => {
    const { lines, logger } = record();
    const circle: Record<string, unknown> = { at: new Date(0), of: new URL('http://a/b'), token: 'hush' };
    circle['self'] = circle;
    logger.info({ circle, big: 1n, none: undefined, made: Object.create(null) as object }, 'odd');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ circle: { at: '1970-01-01T00:00:00.000Z', of: 'http://a/b', token: '[Redacted]' }, made: {} },
    });
  });

  it('is written whatever throws when it is looked at', () => {
    const { lines, logger } = record();
    const refuse = () => {
      throw new Error('not to be read');
    };
    const odd = Object.defineProperty({ password: 'hush' }, 'status', { get: refuse, enumerable: true });
    logger.info({ odd, user: 'ada' }, 'nested');
    logger.info(odd, 'by itself');
    logger.child({ proxy: new Proxy({}, { ownKeys: refuse, get: refuse, getPrototypeOf: refuse }) }).info('bound');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { odd: '[Unreadable]', user: 'ada', msg: 'nested' },
      { unprintable: '[Unreadable]', msg: 'by itself' },
      { proxy: '[Unreadable]', msg: 'bound' },
    ]);
  });

  it('hides registered texts wherever they stand: in messages, errors, bindings and deep below', () => {
    const secret = 'p4ss"word\\of-ours';
    const { lines, logger } = record([secret]);
    logger.info(`tried ${secret}`);
    logger.error({ err: new Error(`refused ${secret}`, { cause: new Error(secret) }) }, 'failed');
    logger.child({ url: `postgres://u:${secret}@db` }).warn({ a: { b: { c: { d: [secret] } } } }, 'deep');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(JSON.stringify(JSON.parse(line))).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(line).toContain('[Redacted]');
    }
  });

  it('stays JSON and holds no secret, whatever characters that has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 8 }), (secret) => {
        const { lines, logger } = record([secret]);
        logger.info({ value: `before ${secret} after` }, 'line');
        const { value } = JSON.parse(lines[0] ?? '') as { value: string };
        expect(value).not.toContain(secret);
      }),
    );
  });
});

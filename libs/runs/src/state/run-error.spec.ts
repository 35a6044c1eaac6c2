import { describe, expect, it } from 'vitest';
import { toRunError } from './run-error.js';

describe('the error of a run', () => {
  it('shows the causes of what was thrown, one below the other', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', password: 'secret' });
    const thrown = new Error('could not load', { cause: new TypeError('fetch failed', { cause: refused }) });
    const { code, message, stack } = toRunError(thrown);
    expect({ code, message }).toEqual({ code: 'Error', message: 'could not load' });
    expect(stack).toMatch(
      /^Error: could not load\n {4}at [^]+\n {4}\[cause\]: TypeError: fetch failed\n[^]+\n {8}\[cause\]: Error: connect ECONNREFUSED\n/,
    );
    expect(stack).not.toContain('secret');
  });

  it('shows a cause that is no error, and the stored failure of a child', () => {
    expect(toRunError(new Error('no', { cause: 'a text' })).stack).toMatch(/\n {4}\[cause\]: a text$/);
    const stored = { code: 'E_CHILD', message: 'the child failed', stack: 'Error: the child failed\n    at child.ts' };
    expect(toRunError(new Error('no', { cause: stored })).stack).toMatch(
      /\[cause\]: Error: the child failed\n {8}at child.ts$/,
    );
  });

  it('says what an AggregateError without a message holds', () => {
    const { message, stack } = toRunError(
      new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
    );
    expect(message).toBe('::1 refused; 127.0.0.1 refused');
    expect(stack).toMatch(/\[errors 0\]: Error: ::1 refused\n[^]+\[errors 1\]: Error: 127.0.0.1 refused\n/);
    expect(toRunError(new AggregateError([new Error('one')], 'all failed')).message).toBe('all failed');
  });

  it('ends with a cause that is its own', () => {
    const thrown = new Error('round');
    thrown.cause = thrown;
    expect(toRunError(thrown).stack?.match(/\[cause\]/g)).toHaveLength(5);
  });

  it('keeps 16,384 characters of a message and of a stack', () => {
    const { message, stack } = toRunError(new Error('x'.repeat(1_000_000)));
    expect([message.length, stack?.length]).toEqual([16_388, 16_388]);
  });
});

import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.js';

describe('a request that nobody answers', () => {
  const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  it.each([
    ['by the code of what failed', new TypeError('fetch failed', { cause: refused }), 'fetch failed (ECONNREFUSED)'],
    [
      'by its message',
      new TypeError('fetch failed', { cause: new Error('other side closed') }),
      'fetch failed (other side closed)',
    ],
    ['as a browser does', new TypeError('Failed to fetch'), 'Failed to fetch'],
    ['whatever was thrown', null, 'the connection failed'],
  ])('says why, %s', async (_how, failure, why) => {
    const thrown: unknown = await answerOf(Promise.reject(failure as Error)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'MR_API_UNREACHABLE',
      message: `The API did not answer: ${why}. Is it running?`,
      cause: failure,
    });
  });
});

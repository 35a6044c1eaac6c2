import { describe, expect, it } from 'vitest';
import { SharedAnswers } from './shared-answers.js';

/** A clock that is moved by hand, and a question that counts how often it was asked. */
function prepare({ most = 10 } = {}) {
  const clock = { ms: 0 };
  const answers = new SharedAnswers<number>({ lastsMs: 1_000, most, now: () => clock.ms });
  let asked = 0;
  const ask = (key = '1h') => answers.get(key, () => Promise.resolve((asked += 1)));
  return { answers, clock, ask };
}

describe('answers that are shared', () => {
  it('are asked for once by all who come within their time, and anew after it', async () => {
    const { clock, ask } = prepare();
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
    clock.ms = 999;
    expect(await ask()).toBe(1);
    clock.ms = 1_000;
    expect(await ask()).toBe(2);
  });

  it('are not asked for again while one is on its way, however long that takes', async () => {
    const { answers, clock, ask } = prepare();
    const { promise, resolve } = withResolvers();
    const slow = answers.get('1h', () => promise);
    clock.ms = 5_000;
    const second = ask();
    resolve(7);
    expect(await Promise.all([slow, second])).toEqual([7, 7]);
    expect(await ask()).toBe(1);
  });

  it('belong to their key', async () => {
    const { ask } = prepare();
    expect([await ask('1h'), await ask('7d'), await ask('1h')]).toEqual([1, 2, 1]);
  });

  it('that are failures are told to those who wait, and asked for anew by the next', async () => {
    const { answers, ask } = prepare();
    const { promise, reject } = withResolvers();
    const waiting = [answers.get('1h', () => promise), ask()];
    reject(new Error('away'));
    expect(await Promise.allSettled(waiting)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await ask()).toBe(1);
  });

  it('are held for so many keys at most: the one that was asked for first goes', async () => {
    const { ask } = prepare({ most: 2 });
    expect([await ask('a'), await ask('b'), await ask('c')]).toEqual([1, 2, 3]);
    expect([await ask('c'), await ask('b'), await ask('a')]).toEqual([3, 2, 4]);
  });
});

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers() {
  let [resolve, reject]: [(value: number) => void, (reason: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<number>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

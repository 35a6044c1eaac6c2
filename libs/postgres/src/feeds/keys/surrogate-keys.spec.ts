import { describe, expect, it } from 'vitest';
import { SurrogateKeys } from './surrogate-keys.js';

describe('the keys of a thread', () => {
  it('are looked up 4,096 names at a time, one look-up after the other, whoever asks for more', async () => {
    const sizes: number[] = [];
    let [open, most] = [0, 0];
    const keys = new SurrogateKeys(async (names) => {
      sizes.push(names.length);
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return names.map((name) => Number(name));
    });
    const names = Array.from({ length: 10_000 }, (_, index) => String(index));
    await Promise.all([keys.learn(new Set(names.slice(0, 9_000))), keys.learn(new Set(names.slice(8_000)))]);
    expect(names.map((name) => keys.find(name))).toEqual(names.map(Number));
    expect(sizes).toEqual([4_096, 4_096, 1_808]);
    expect(most).toBe(1);
  });

  it.each([
    ['names', { names: 4, characters: 100 }],
    ['characters', { names: 100, characters: 12 }],
  ])('begin anew where more %s would be remembered than may be, with those that come together', async (_, most) => {
    const keys = new SurrogateKeys(async (names) => names.map(Number), most);
    const known = () => ['100', '200', '300', '400', '500'].filter((name) => keys.find(name) !== undefined);
    await keys.learn(new Set(['100', '200']));
    await keys.learn(new Set(['300', '400']));
    expect(known()).toEqual(['100', '200', '300', '400']);
    await keys.learn(new Set(['500', '100']));
    expect(known()).toEqual(['100', '500']);
    await keys.learn(new Set(['200', '300', '400']));
    expect(known()).toEqual(['200', '300', '400']);
    await keys.learn(new Set(['500']));
    expect(known()).toEqual(['200', '300', '400', '500']);
    await keys.learn(new Set(['100', '200', '300', '400', '500']));
    expect(known()).toEqual(['100', '200', '300', '400', '500']);
  });
});

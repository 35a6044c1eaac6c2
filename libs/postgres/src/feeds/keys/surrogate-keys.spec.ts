import { DatabaseError } from 'pg';
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

  it('are found by whoever asked for them, however much others learn next', async () => {
    let looks = 0;
    const lookUp = async (names: readonly string[]) => {
      looks += 1;
      return names.map(Number);
    };
    const keys = new SurrogateKeys(lookUp, { names: 4, characters: 100 });
    const learnt = async (...names: string[]) => {
      await keys.learn(new Set(names));
      return names.map((name) => keys.find(name));
    };
    const first = learnt('1', '2', '3');
    await Promise.resolve();
    const asked = [first, learnt('4', '5', '6'), learnt('3', '6', '7')];
    expect(await Promise.all(asked)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [3, 6, 7],
    ]);
    expect(looks).toBe(2);
  });

  it('that were learned meanwhile are not looked up again, and take their room once', async () => {
    const asked: string[] = [];
    const lookUp = async (names: readonly string[]) => {
      asked.push(...names);
      return names.map(Number);
    };
    const keys = new SurrogateKeys(lookUp, { names: 4, characters: 4 });
    const first = keys.learn(new Set(['1', '2']));
    await Promise.resolve();
    await Promise.all([first, keys.learn(new Set(['1', '2', '3']))]);
    await keys.learn(new Set(['4']));
    expect(asked).toEqual(['1', '2', '3', '4']);
    expect(['1', '2', '3', '4'].map((name) => keys.find(name))).toEqual([1, 2, 3, 4]);
  });

  it('are learned of all but who asked for a name that PostgreSQL refuses', async () => {
    const refused = Object.assign(new DatabaseError('no', 0, 'error'), { code: '22021' });
    const keys = new SurrogateKeys(async (names) => {
      if (names.includes('bad')) throw refused;
      return names.map(Number);
    });
    const outcomes = await Promise.allSettled(
      [['1', '2'], ['2', 'bad'], ['3']].map((names) => keys.learn(new Set(names))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(['1', '2', '3'].map((name) => keys.find(name))).toEqual([1, 2, 3]);
  });

  it('are not asked for again of a server that is away', async () => {
    let looks = 0;
    const keys = new SurrogateKeys(() => Promise.reject(new Error(`away ${String((looks += 1))}`)));
    await expect(keys.learn(new Set(['1']))).rejects.toThrow('away 1');
    await expect(keys.learn(new Set(['1']))).rejects.toThrow('away 2');
  });

  it('are given to no name that holds half of a surrogate pair, as a feed of a user may make one: nobody is asked for it', async () => {
    const asked: string[] = [];
    const keys = new SurrogateKeys(async (names) => {
      asked.push(...names);
      return names.map(() => 1);
    });
    const others = keys.learn(new Set(['\u{1f697}']));
    await expect(keys.learn(new Set(['a', '\ud83d']))).rejects.toMatchObject({
      code: 'MR_ROWS_REFUSED',
      message: 'The feed gives the name "\\ud83d", which holds half of a surrogate pair.',
    });
    await others;
    expect(asked).toEqual(['\u{1f697}']);
  });
});

import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

describe('turns', () => {
  it('let so many works begin, and each of the others when one has ended, in the order in which they came', async () => {
    const { turns, begun, end } = works(2);
    const all = ['a', 'b', 'c', 'd'].map((name) => turns(name));
    expect(begun).toEqual(['a', 'b']);

    end('b');
    await all[1];
    expect(begun).toEqual(['a', 'b', 'c']);

    end('a');
    await all[0];
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are given back by a work that fails, and by the last', async () => {
    const { turns, begun, end } = works(1);
    const failing = turns('a');
    end('a', new Error('no file'));
    await expect(failing).rejects.toThrow('no file');

    const later = turns('b');
    expect(begun).toEqual(['a', 'b']);
    end('b');
    expect(await later).toBe('b');
  });

  it('are not taken by one that comes while another is called', async () => {
    const { turns, begun, end } = works(1);
    const [first, second] = [turns('a'), turns('b')];
    end('a');
    await first;
    const third = turns('c');
    expect(begun).toEqual(['a', 'b']);

    end('b');
    await second;
    end('c');
    await third;
    expect(begun).toEqual(['a', 'b', 'c']);
  });
});

function works(atOnce: number) {
  const turns = new Turns(atOnce);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
    });
  return {
    begun,
    turns: (name: string) => turns.take(work(name)),
    end: (name: string, error?: Error) => ends.get(name)?.(error),
  };
}

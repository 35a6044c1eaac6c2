import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of the tables of docs/promises.md: what is promised, the file that keeps it, the specs that show it. */
const rows = [...read('docs/promises.md').matchAll(/^\| (.+?) +\| `(.+?)` +\| (.+?) +\|$/gm)].map(
  ([, promise = '', keeper = '', shown = '']) => ({ promise, keeper, shown }),
);

/** Of "`path` "title", "title"; `path` "title"": each title with its spec. */
const titlesIn = (shown: string) =>
  shown.split('; ').flatMap((one) => {
    const path = /^`(.+?)`/.exec(one)?.[1] ?? '';
    return [...one.matchAll(/"(.+?)"(?=,|$)/g)].map(([, title = '']) => ({ path, title }));
  });

describe('docs/promises.md', () => {
  it('names every protocol of runs and of files', () => {
    const named = rows.map(({ promise }) => promise).join(' ');
    const protocols = [
      ...Array.from({ length: 15 }, (_, n) => `R${n + 1}`),
      ...Array.from({ length: 7 }, (_, n) => `F${n + 1}`),
    ];
    expect(protocols.filter((one) => !named.includes(`(${one})`))).toEqual([]);
  });

  it.each(rows)('says the truth of: $promise', ({ keeper, shown }) => {
    expect(existsSync(join(root, keeper)), keeper).toBe(true);
    const titles = titlesIn(shown);
    expect(titles.length).toBeGreaterThan(0);
    const missing = titles.filter(
      ({ path, title }) => !existsSync(join(root, path)) || !titleStands(read(path), title),
    );
    expect(missing).toEqual([]);
  });
});

/** As the title of an `it`, `it.each` or `describe`, whole. */
function titleStands(source: string, title: string): boolean {
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));
}

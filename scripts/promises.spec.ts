import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Promised {
  readonly promise: string;
  /** The lines below it: `kept by`, `shown by`. */
  readonly lines: readonly string[];
}

/** The list items of docs/promises.md. */
const promises: readonly Promised[] = read('docs/promises.md')
  .split(/^- /m)
  .slice(1)
  .map((item) => {
    const [promise = '', ...below] = item.split('\n');
    return { promise, lines: below.filter((line) => line.startsWith('  - ')).map((line) => line.slice(4)) };
  });

/** Of "kept by `path`": the path. */
const keptBy = (line: string) => /^kept by `([^`]+)`$/.exec(line)?.[1];

/** Of "shown by `path` "title", "title"": the path and the titles. */
function shownBy(line: string): { readonly path: string; readonly titles: readonly string[] } | undefined {
  const [, path, rest = ''] = /^shown by `([^`]+)` (".+")$/.exec(line) ?? [];
  const titles = [...rest.matchAll(/"(.+?)"(?=,|$)/g)].map(([, title = '']) => title);
  return path === undefined ? undefined : { path, titles };
}

describe('docs/promises.md', () => {
  it('names every protocol of runs and of files', () => {
    const named = promises.map(({ promise }) => promise).join(' ');
    const protocols = [
      ...Array.from({ length: 15 }, (_, n) => `R${n + 1}`),
      ...Array.from({ length: 7 }, (_, n) => `F${n + 1}`),
    ];
    expect(protocols.filter((one) => !named.includes(`(${one})`))).toEqual([]);
  });

  it.each(promises)('names the file that keeps it, and a spec: $promise', ({ lines }) => {
    const kept = lines.map(keptBy).filter((path) => path !== undefined);
    const shown = lines.map(shownBy).filter((spec) => spec !== undefined);
    expect(kept.length + shown.length).toBe(lines.length);
    expect(Math.min(kept.length, shown.length)).toBeGreaterThan(0);
    expect(kept.filter((path) => !isFile(path))).toEqual([]);
    const missing = shown.flatMap(({ path, titles }) =>
      titles.filter((title) => !isFile(path) || !titleStands(read(path), title)).map((title) => ({ path, title })),
    );
    expect(missing).toEqual([]);
  });
});

function isFile(path: string): boolean {
  return existsSync(join(root, path)) && statSync(join(root, path)).isFile();
}

/** As the title of an `it`, `it.each` or `describe`, whole. */
function titleStands(source: string, title: string): boolean {
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));
}

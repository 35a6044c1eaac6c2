import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What docs/protocols.md has: `R5`, and `R5 c` for a part of it. */
const protocols: ReadonlySet<string> = new Set(
  read('docs/protocols.md')
    .split(/^### /m)
    .slice(1)
    .flatMap((section) => {
      const [number = ''] = section.split(' ');
      return [number, ...[...section.matchAll(/^- \*\*\(([a-z])\)/gm)].map(([, part = '']) => `${number} ${part}`)];
    }),
);

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
  it('names every protocol', () => {
    const named = new Set(promises.flatMap(({ promise }) => [...promise.matchAll(/\b[RF]\d+\b/g)].map(([one]) => one)));
    const numbered = [...protocols].filter((one) => /\d$/.test(one));
    expect(numbered.length).toBeGreaterThan(20);
    expect(numbered.filter((one) => !named.has(one))).toEqual([]);
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

describe('docs/protocols.md', () => {
  it('has each protocol that a comment names', () => {
    const sources = ['libs', 'apps', 'e2e'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.(ts|mjs)$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
        .map((path) => join(room, path)),
    );
    const unknown = sources.flatMap((path) =>
      [...read(path).matchAll(/\b[RF]\d{1,2}(?: [a-z](?=[);,]))?\b/g)]
        .filter(([one]) => !protocols.has(one))
        .map(([one]) => `${path}: ${one}`),
    );
    expect(unknown).toEqual([]);
  });
});

function isFile(path: string): boolean {
  return existsSync(join(root, path)) && statSync(join(root, path)).isFile();
}

/** As the title of an `it`, `it.each` or `describe`, whole. */
function titleStands(source: string, title: string): boolean {
  return [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => source.includes(quoted));
}

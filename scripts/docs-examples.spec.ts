import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Files that CI runs, which code in the docs is cut from. */
const sources = ['docs/examples', 'tasks']
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
  .filter((file) => /\.(ts|py)$/.test(file))
  .map((path) => unindented(read(path)));

/** A cut may stand deeper or less deep than in its file. */
function unindented(code: string): string {
  return code.replace(/^ +/gm, '');
}

function codeIn(page: string): { language: string; code: string }[] {
  const blocks = read(page).matchAll(/^ *```(ts|python)\n(.*?)^ *```$/gms);
  return [...blocks].map(([, language = '', code = '']) => ({ language, code: unindented(code).trim() }));
}

describe('code in the docs', () => {
  it.each(['README.md', 'docs/files.md', 'docs/writing-tasks.md'])('of %s is cut from files that CI runs', (page) => {
    const blocks = codeIn(page);
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.filter(({ code }) => !sources.some((source) => source.includes(code)))).toEqual([]);
  });
});

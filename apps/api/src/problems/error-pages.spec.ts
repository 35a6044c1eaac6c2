import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isProblemCode, PROBLEMS } from './problem-catalogue.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PAGES = join(ROOT, 'docs/errors');

/** Every code that a source file of a lib or an app holds as text. */
function codesInSources(): string[] {
  const sources = ['libs', 'apps']
    .flatMap((top) => readdirSync(join(ROOT, top)).map((room) => join(ROOT, top, room, 'src')))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !/\.(spec|contract)\.ts$/.test(file));
  const codes = sources.flatMap((file) => readFileSync(file, 'utf8').match(/(?<=\bMR_)[A-Z0-9_]+(?='|`|: {)/g) ?? []);
  return [...new Set(codes)].map((code) => `MR_${code}`).sort();
}

const pages = readdirSync(PAGES)
  .map((file) => file.replace(/\.md$/, ''))
  .sort();

describe('docs/errors', () => {
  it('has a page for every code, and none beside', () => {
    expect(pages).toEqual(codesInSources());
  });

  it.each(pages)('%s.md says what happened, why, and what to do', (code) => {
    const page = readFileSync(join(PAGES, `${code}.md`), 'utf8');
    const status = isProblemCode(code) ? `HTTP ${PROBLEMS[code].status}\n\n` : '';
    expect(page.startsWith(`# ${code}\n\n${status}**What happened.** `)).toBe(true);
    expect(page).toMatch(/\*\*Why\.\*\* .+\n\n\*\*What to do\.\*\* .+\n$/);
  });
});

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { envExample, variableTable } from './variable-docs.js';

const checkout = new URL('../../../', import.meta.url);
const operations = fileURLToPath(new URL('docs/operations.md', checkout));

/** Written anew by `npx vitest run --project unit libs/config -u`. */
describe('documentation of the variables', () => {
  it('.env.example shows every variable', async () => {
    await expect(envExample()).toMatchFileSnapshot(fileURLToPath(new URL('.env.example', checkout)));
  });

  it('docs/operations.md holds the table between its markers', async () => {
    const page = await readFile(operations, 'utf8');
    const [, before, after] = /^([^]*<!-- variables -->\n)[^]*(\n<!-- \/variables -->[^]*)$/.exec(page) ?? [];
    await expect(`${before ?? ''}\n${variableTable()}\n${after ?? ''}`).toMatchFileSnapshot(operations);
  });
});

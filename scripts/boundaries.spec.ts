import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

/** What the linter says of this import in an existing file of that room. */
async function lintImport(file: string, specifier: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`import * as it from '${specifier}';\nexport const seen = it;\n`, {
    filePath: file,
  });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

describe('imports run one way', () => {
  it.each([
    ['an adapter in a core room', 'libs/engine/src/index.ts', '@millrace/postgres', '@nx/enforce-module-boundaries'],
    ['a core room in the SDK', 'libs/sdk/src/index.ts', '@millrace/runs', '@nx/enforce-module-boundaries'],
    ['one adapter in another', 'libs/bullmq/src/index.ts', '@millrace/postgres', '@nx/enforce-module-boundaries'],
    ['the engine in a shipped task', 'libs/tasks/src/index.ts', '@millrace/engine', '@nx/enforce-module-boundaries'],
    [
      'anything of ours in the contracts',
      'libs/contracts/src/index.ts',
      '@millrace/sdk',
      '@nx/enforce-module-boundaries',
    ],
    [
      'a room of the server in the page',
      'apps/console/src/main.ts',
      '@millrace/contracts',
      '@nx/enforce-module-boundaries',
    ],
    ['a vendor outside its room', 'libs/engine/src/index.ts', 'bullmq', 'no-restricted-imports'],
    ['pg in an app', 'apps/api/src/main.ts', 'pg', 'no-restricted-imports'],
    [
      'a package that the room does not declare',
      'libs/runs/src/index.ts',
      'zod',
      'import-x/no-extraneous-dependencies',
    ],
    ['the test kit outside specs', 'libs/engine/src/index.ts', '@millrace/testing', 'no-restricted-imports'],
  ])('refuse %s', { timeout: 60_000 }, async (_, file, specifier, rule) => {
    expect(await lintImport(file, specifier)).toContain(rule);
  });

  it('allow an app its adapters, and a room its own vendor', { timeout: 60_000 }, async () => {
    expect(await lintImport('apps/api/src/main.ts', '@millrace/postgres')).toEqual([]);
    expect(await lintImport('libs/bullmq/src/index.ts', 'bullmq')).toEqual([]);
  });
});

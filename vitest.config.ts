import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** SWC because esbuild emits no decorator metadata, which Nest and TypeORM read. */
const transform = swc.vite({
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
});
/** Specs run against the sources, not against `dist`. */
const conditions = ['@millrace/source', 'node'];
const fromSource = {
  plugins: [transform],
  resolve: { conditions: ['@millrace/source'] },
  ssr: { resolve: { conditions } },
  // Global setups run in Vitest's own environment.
  environments: { __vitest__: { resolve: { conditions } } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...fromSource,
        test: {
          name: 'unit',
          include: [
            '{libs,apps}/*/src/**/*.spec.ts',
            'k8s/**/*.spec.ts',
            'scripts/**/*.spec.ts',
            'tasks/**/*.spec.ts',
            'docs/examples/*.spec.ts',
            'e2e/**/*.spec.ts',
          ],
          exclude: ['**/*.db.spec.ts', '**/*.e2e.spec.ts', '**/node_modules/**', '**/dist/**'],
          // How busy the machine is says nothing of the code.
          testTimeout: 30_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'db',
          include: ['{libs,apps}/*/src/**/*.db.spec.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['./vitest.servers.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

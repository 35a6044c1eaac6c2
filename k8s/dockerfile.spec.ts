import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VARIABLES } from '@millrace/config';
import { DockerfileParser, type Copy, type Env, type From } from 'dockerfile-ast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = DockerfileParser.parse(read('Dockerfile'));
const instructions = dockerfile.getInstructions();
const named = (keyword: string) => instructions.filter((one) => one.getInstruction() === keyword);
const last = (keyword: string) => named(keyword).at(-1)?.getArgumentsContent();
const stages = (named('FROM') as From[]).map((from) => ({ name: from.getBuildStage(), image: from.getImage() }));
const roles = ['api', 'file-watcher', 'worker', 'migrate'];
const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('The Dockerfile', () => {
  it('starts from one Node image, pinned to a minor version that Millrace supports', () => {
    const [base, ...later] = stages;
    const [, major, minor] = /^node:(\d+)\.(\d+)-bookworm-slim$/.exec(base?.image ?? '') ?? [];
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19.0');
    expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(2019);
    expect(new Set(later.map(({ image }) => image))).toEqual(new Set(['base']));
  });

  it('copies only what exists and is not ignored', () => {
    for (const copy of named('COPY') as Copy[]) {
      const stage = copy.getFromFlag()?.getValue();
      const sources = copy.getArguments().map((argument) => argument.getValue());
      if (typeof stage === 'string') {
        expect(stages.map(({ name }) => name)).toContain(stage);
        continue;
      }
      for (const source of sources.slice(0, -1)) {
        expect(existsSync(join(root, source)), source).toBe(true);
        expect(ignored).not.toContain(source);
      }
    }
  });

  it('leaves packages, builds and secrets of this machine outside', () => {
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/.env', '.git', '.millrace']));
  });

  it.each(roles)('builds, installs and starts the role %s', (role) => {
    const runs = named('RUN').map((run) => run.getArgumentsContent() ?? '');
    expect(existsSync(join(root, 'apps', role, 'package.json'))).toBe(true);
    expect(runs.some((run) => / -t build -p .*/.test(run) && run.includes(`@millrace/${role}`))).toBe(true);
    expect(runs.some((run) => run.includes('npm ci') && run.includes(`-w apps/${role}`))).toBe(true);
    expect(runs.some((run) => /for role in ([a-z -]+);/.exec(run)?.[1]?.split(' ').includes(role))).toBe(true);
  });

  it('builds the page that the API serves', () => {
    const runs = named('RUN').map((run) => run.getArgumentsContent() ?? '');
    expect(runs.some((run) => / -t build -p .*@millrace\/console\b/.test(run))).toBe(true);
  });

  it('sets no variable that Millrace does not read, and no secret', () => {
    const names = (named('ENV') as Env[]).flatMap((env) => env.getProperties().map((property) => property.getName()));
    const ours = names.filter((name) => name !== 'NODE_ENV' && name !== 'HOME');
    expect(ours.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
    expect(ours.filter((name) => VARIABLES[name as keyof typeof VARIABLES].secret)).toEqual([]);
  });

  it('runs as a numeric user that is not root, which Kubernetes can check', () => {
    expect(last('USER')).toMatch(/^[1-9]\d*:\d+$/);
  });

  it('stops by SIGTERM, under an init that passes it on', () => {
    expect(last('STOPSIGNAL')).toBe('SIGTERM');
    expect(last('ENTRYPOINT')).toBe('["tini", "--"]');
  });
});

describe('The health check of the image', () => {
  const heartbeat = read('docker/heartbeat.mjs');
  const healthy = read('docker/healthy');
  const IMAGE_FILE = '/tmp/millrace-alive';
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-healthy-'));
    file = join(folder, 'alive');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const isHealthy = () => spawnSync('sh', ['-c', healthy.replace(IMAGE_FILE, file)]).status === 0;
  const beat = (program: string) => {
    const preload = `data:text/javascript,${encodeURIComponent(heartbeat.replace(IMAGE_FILE, file))}`;
    execFileSync(process.execPath, [`--import=${preload}`, '--eval', program]);
  };

  it('fails before the role has started', () => {
    expect(isHealthy()).toBe(false);
  });

  it('passes once the main loop has turned, and fails when it last did so long ago', () => {
    beat('');
    expect(isHealthy()).toBe(true);
    const then = Date.now() / 1_000 - 100;
    utimesSync(file, then, then);
    expect(isHealthy()).toBe(false);
  });

  it('is not fooled by a thread of the role', () => {
    beat(
      `require('node:fs').utimesSync('${file}', 1, 1); new (require('node:worker_threads').Worker)('', { eval: true })`,
    );
    expect(statSync(file).mtimeMs).toBe(1_000);
  });

  it('is what the workers and the watcher are probed with', () => {
    expect(last('HEALTHCHECK')).toContain('["healthy"]');
    for (const name of ['worker', 'worker-load', 'file-watcher']) {
      expect(read(`k8s/base/${name}.yaml`), name).toMatch(/livenessProbe:\s+exec:\s+command: \[healthy\]/);
    }
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { nameOf, type KubernetesObject } from './kubernetes-object.js';
import { renderKustomization } from './render-kustomization.js';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const folderOf = (overlay: string) => join(import.meta.dirname, overlay);
const byName = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.map((object) => [nameOf(object), object]));

describe('Rendering a kustomization', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-kustomization-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  // kubectl is the judge where it is at hand.
  it.each(hasKubectl ? ['base', 'overlays/local', 'overlays/production', 'overlays/monitored'] : [])(
    'gives what kubectl gives for %s',
    (overlay) => {
      const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folderOf(overlay)], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const expected = parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
      expect(byName(renderKustomization(folderOf(overlay)))).toEqual(byName(expected));
    },
  );

  it('applies patches before it sets namespace, labels, replicas and image', () => {
    writeFileSync(
      join(folder, 'worker.yaml'),
      `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: worker }, spec: { template: { metadata: {}, spec: { containers: [{ name: w, image: millrace }] } } } }`,
    );
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      `
resources: [worker.yaml]
namespace: mill
labels: [{ pairs: { part: mill }, includeTemplates: true }]
replicas: [{ name: loader, count: 3 }]
images: [{ name: millrace, newName: registry/millrace, newTag: '1.0' }]
patches: [{ target: { kind: Deployment }, patch: '[{ op: replace, path: /metadata/name, value: loader }]' }]
`,
    );
    expect(renderKustomization(folder)).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'loader', namespace: 'mill', labels: { part: 'mill' } },
        spec: {
          replicas: 3,
          template: {
            metadata: { labels: { part: 'mill' } },
            spec: { containers: [{ name: 'w', image: 'registry/millrace:1.0' }] },
          },
        },
      },
    ]);
  });

  it('lays a component over what was gathered, with ConfigMaps made from files', () => {
    mkdirSync(join(folder, 'part'));
    writeFileSync(
      join(folder, 'map.yaml'),
      '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { x: y } }',
    );
    writeFileSync(join(folder, 'kustomization.yaml'), 'namespace: mill\nresources: [map.yaml]\ncomponents: [part]\n');
    writeFileSync(join(folder, 'part', 'rules.yaml'), 'groups: []\n');
    writeFileSync(
      join(folder, 'part', 'kustomization.yaml'),
      `
kind: Component
configMapGenerator: [{ name: rules, files: [rules.yaml], options: { disableNameSuffixHash: true, labels: { for: all } } }]
patches: [{ target: { kind: ConfigMap, name: a }, patch: '[{ op: add, path: /data/z, value: b }]' }]
`,
    );
    const { apiVersion, kind } = { apiVersion: 'v1', kind: 'ConfigMap' };
    expect(renderKustomization(folder)).toEqual([
      { apiVersion, kind, metadata: { name: 'a', namespace: 'mill' }, data: { x: 'y', z: 'b' } },
      {
        ...{ apiVersion, kind, data: { 'rules.yaml': 'groups: []\n' } },
        metadata: { name: 'rules', namespace: 'mill', labels: { for: 'all' } },
      },
    ]);
  });

  it('refuses what it does not know instead of passing over it', () => {
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: []\nnamePrefix: my-\n');
    expect(() => renderKustomization(folder)).toThrow(/uses namePrefix; this reader knows/);
  });
});

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { parse, parseAllDocuments } from 'yaml';
import { containersOf, podTemplateOf, type KubernetesObject } from './kubernetes-object.js';

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly ConfigMapGenerator[];
  readonly namespace?: string;
  readonly labels?: readonly { readonly pairs: Record<string, string>; readonly includeTemplates: true }[];
  readonly images?: readonly { readonly name: string; readonly newName?: string; readonly newTag?: string }[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly patches?: readonly Patch[];
}

interface ConfigMapGenerator {
  readonly name: string;
  readonly files: readonly string[];
  readonly options: { readonly disableNameSuffixHash: true; readonly labels?: Record<string, string> };
}

interface Patch {
  readonly target: { readonly kind: string; readonly name?: string };
  /** RFC 6902, as YAML. */
  readonly patch: string;
}

const CLUSTER_SCOPED = ['Namespace'];
const FIELDS = [
  ...['apiVersion', 'kind', 'resources', 'components', 'configMapGenerator'],
  ...['namespace', 'labels', 'images', 'replicas', 'patches'],
];

/**
 * The objects that `kubectl kustomize FOLDER` gives, for the part of kustomize that our manifests use, so that they are
 * checked on a machine with Node alone; where kubectl is at hand a spec compares the two.
 *
 * @throws Error when a kustomization uses a field beyond that part
 */
export function renderKustomization(folder: string): KubernetesObject[] {
  return render(folder, []);
}

/** A component goes over what was gathered before it. */
function render(folder: string, gathered: readonly KubernetesObject[]): KubernetesObject[] {
  const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  const unknown = Object.keys(kustomization).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) {
    throw new Error(
      `${folder}/kustomization.yaml uses ${unknown.join(', ')}; this reader knows ${FIELDS.join(', ')}. Teach it more.`,
    );
  }
  const { resources = [], components = [], configMapGenerator = [], namespace } = kustomization;
  const { labels = [], images = [], replicas = [], patches = [] } = kustomization;
  const own = [
    ...gathered,
    ...resources.flatMap((resource) => readResource(join(folder, resource))),
    ...configMapGenerator.map((generator) => generate(folder, generator)),
  ];
  const whole = components.reduce((objects, component) => render(join(folder, component), objects), own);
  const objects = patches.reduce(applyPatch, whole);
  for (const object of objects) {
    if (namespace !== undefined) setNamespace(object, namespace);
    for (const { pairs } of labels) addLabels(object, pairs);
    for (const { name, count } of replicas) {
      if (object.kind === 'Deployment' && object.metadata.name === name)
        Object.assign(object.spec ?? {}, { replicas: count });
    }
    for (const image of images) setImage(object, image);
  }
  return objects;
}

function readResource(path: string): KubernetesObject[] {
  if (statSync(path).isDirectory()) return renderKustomization(path);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as KubernetesObject);
}

function generate(folder: string, { name, files, options }: ConfigMapGenerator): KubernetesObject {
  const data = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const { labels } = options;
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(labels && { labels }) }, data };
}

function applyPatch(objects: KubernetesObject[], { target, patch }: Patch): KubernetesObject[] {
  const isTarget = ({ kind, metadata }: KubernetesObject) =>
    kind === target.kind && (target.name ?? metadata.name) === metadata.name;
  return objects.map((object) =>
    isTarget(object) ? jsonPatch.applyPatch(object, parse(patch) as Operation[], true, false).newDocument : object,
  );
}

function setNamespace({ kind, metadata }: KubernetesObject, namespace: string): void {
  if (kind === 'Namespace') metadata.name = namespace;
  if (!CLUSTER_SCOPED.includes(kind)) metadata.namespace = namespace;
}

function addLabels(object: KubernetesObject, pairs: Record<string, string>): void {
  object.metadata.labels = { ...object.metadata.labels, ...pairs };
  const template = podTemplateOf(object);
  if (template?.metadata !== undefined) template.metadata.labels = { ...template.metadata.labels, ...pairs };
}

function setImage(
  object: KubernetesObject,
  { name, newName, newTag }: NonNullable<Kustomization['images']>[number],
): void {
  for (const container of containersOf(object)) {
    const [current = '', tag] = (container.image ?? '').split(':');
    if (current === name) container.image = [newName ?? current, newTag ?? tag].filter(Boolean).join(':');
  }
}

import type { KubernetesObject } from './kubernetes-object.js';

interface Model {
  /** @throws Error that names each wrong field */
  validate(): void;
}
type ModelsOfVersion = Readonly<Record<string, new (object: KubernetesObject) => Model>>;

/**
 * What the official Kubernetes schemas say against an object: an empty list when it is valid.
 *
 * The compiled schemas of `kubernetes-models` read every field that they know and, as the API server without
 * `--validate=strict`, pass over the rest. So they are handed a copy that remembers what was read: a field that no
 * schema asked for is misspelt or in the wrong place.
 */
export async function schemaProblems(object: KubernetesObject): Promise<string[]> {
  const version = `kubernetes-models/${object.apiVersion}`;
  const models = (await import(/* @vite-ignore */ version)) as ModelsOfVersion;
  const Model = models[object.kind];
  if (Model === undefined) return [`${object.apiVersion} has no kind ${object.kind}`];

  const untouched: (() => string[])[] = [];
  const model = remembering(new Model(object), '', untouched);
  try {
    model.validate();
  } catch (error) {
    return [(error as Error).message];
  }
  return untouched.flatMap((fields) => fields()).map((path) => `${path} is no field that Kubernetes knows`);
}

/** A view of a tree; `untouched` gains, for each of its objects, the paths of what nobody has read. */
function remembering<T extends object>(tree: T, path: string, untouched: (() => string[])[]): T {
  const read = new Map<string | symbol, unknown>();
  untouched.push(() => Object.keys(tree).flatMap((key) => (read.has(key) ? [] : [`${path}/${key}`])));
  return new Proxy(tree, {
    get(target, key, receiver) {
      if (!read.has(key)) {
        const value: unknown = Reflect.get(target, key, receiver);
        const isBranch = typeof value === 'object' && value !== null;
        read.set(key, isBranch ? remembering(value, `${path}/${String(key)}`, untouched) : value);
      }
      return read.get(key);
    },
  });
}

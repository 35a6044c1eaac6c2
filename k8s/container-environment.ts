import type { IContainer } from 'kubernetes-models/v1';
import type { KubernetesObject } from './kubernetes-object.js';

/** The environment that a container starts with, read from the ConfigMaps and Secrets among `objects`. */
export function environmentOf(container: IContainer, objects: readonly KubernetesObject[]): Record<string, string> {
  const entriesOf = (kind: string, name: string | undefined) => {
    const source = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (source === undefined) throw new Error(`${container.name} reads ${kind} ${name}, which is not there`);
    return { ...source.data, ...source.stringData };
  };
  const entryOf = (kind: string, name: string | undefined, key: string) => {
    const value = entriesOf(kind, name)[key];
    if (value === undefined)
      throw new Error(`${container.name} reads ${key} of ${kind} ${name}, which has no such key`);
    return value;
  };
  const whole = (container.envFrom ?? []).map(({ configMapRef, secretRef }) =>
    secretRef === undefined ? entriesOf('ConfigMap', configMapRef?.name) : entriesOf('Secret', secretRef.name),
  );
  const single = (container.env ?? []).map(({ name, value, valueFrom }) => {
    const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
    if (secretKeyRef !== undefined) return [name, entryOf('Secret', secretKeyRef.name, secretKeyRef.key)];
    if (configMapKeyRef !== undefined) return [name, entryOf('ConfigMap', configMapKeyRef.name, configMapKeyRef.key)];
    return [name, value ?? ''];
  });
  return { ...Object.assign({}, ...whole), ...Object.fromEntries(single) } as Record<string, string>;
}

import type { IContainer, IPodTemplateSpec, IService } from 'kubernetes-models/v1';

/** One manifest: any kind, its own fields unread. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'Job'];

/** The pod template of a Deployment, StatefulSet or Job; undefined for every other kind. */
export function podTemplateOf({ kind, spec }: KubernetesObject): IPodTemplateSpec | undefined {
  return WORKLOADS.includes(kind) ? (spec?.template as IPodTemplateSpec) : undefined;
}

/** Containers of a workload, those of its start included; none for every other kind. */
export function containersOf(object: KubernetesObject): IContainer[] {
  const pod = podTemplateOf(object)?.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
}

/** The labels of the pods that an object is about; undefined when it is about none. */
export function selectorOf({ kind, spec }: KubernetesObject): Record<string, string> | undefined {
  if (kind === 'Service') return (spec as IService['spec'])?.selector;
  const { selector, podSelector } = (spec ?? {}) as Record<string, { matchLabels: Record<string, string> } | undefined>;
  return (selector ?? podSelector)?.matchLabels;
}

/** `Deployment/api`, as kubectl writes it. */
export const nameOf = ({ kind, metadata }: Pick<KubernetesObject, 'kind' | 'metadata'>) => `${kind}/${metadata.name}`;

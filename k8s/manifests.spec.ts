import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, VARIABLES, type VariableName } from '@millrace/config';
import { DEFAULT_QUEUE, isTask } from '@millrace/sdk';
import * as shippedTasks from '@millrace/tasks';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1';
import type { IContainer, IProbe, IService } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { environmentOf } from './container-environment.js';
import { containersOf, nameOf, podTemplateOf, selectorOf, type KubernetesObject } from './kubernetes-object.js';
import { schemaProblems } from './kubernetes-schema.js';
import { renderKustomization } from './render-kustomization.js';

/** Seconds after which another worker takes over the runs of one that is gone (protocol R9). */
const LEASE = 10;
/** Seconds after `SHUTDOWN_GRACE` for what a worker aborts then, the hand-back, and closing everything. */
const CLOSING = 20;
/** Seconds that the API's `preStop` waits. */
const PRE_STOP = 5;

const fileOf = (path: string) => join(import.meta.dirname, path);
const exampleSecret = parse(readFileSync(fileOf('secret.example.yaml'), 'utf8')) as KubernetesObject;

const isMillrace = ({ image = '' }: IContainer) => /(^|\/)millrace(:|$)/.test(image);
const millraceContainers = (objects: readonly KubernetesObject[]) =>
  objects.flatMap((object) => containersOf(object).filter(isMillrace));
const labelsOfPods = (objects: readonly KubernetesObject[]): Record<string, string>[] =>
  objects.map((object) => podTemplateOf(object)?.metadata?.labels ?? {});
const matches = (selector: Record<string, string>) => (labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

const portNames = ({ ports = [] }: IContainer) => ports.flatMap(({ name, containerPort }) => [name, containerPort]);

describe('The example of the Secret', () => {
  it('satisfies the Kubernetes schemas', async () => {
    expect(await schemaProblems(exampleSecret)).toEqual([]);
  });
});

describe.each(['overlays/local', 'overlays/production', 'overlays/monitored'])('The manifests of %s', (overlay) => {
  const rendered = renderKustomization(fileOf(overlay));
  // Production's Secret is made outside, after the example.
  const outside = rendered.some(({ kind }) => kind === 'Secret') ? [] : [exampleSecret];
  const objects = [...rendered, ...outside];
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const workloads = objects.filter((object) => podTemplateOf(object) !== undefined);
  const containers = workloads.flatMap((workload) =>
    containersOf(workload).map((container) => ({ workload, container })),
  );

  const queuesOf = (name: string) => {
    const worker = containers.find(({ workload }) => workload.metadata.name === name)?.container;
    return worker && loadConfig(environmentOf(worker, objects)).worker.queues;
  };

  it('hold each role', () => {
    expect(workloads.map(nameOf)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Job\/migrate-/),
        'Deployment/api',
        'Deployment/worker',
        'Deployment/worker-load',
        'Deployment/file-watcher',
      ]),
    );
  });

  it('name every object once', () => {
    const names = rendered.map(nameOf);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(rendered.map((object) => [nameOf(object), object] as const))('satisfy the schema: %s', async (_, object) => {
    expect(await schemaProblems(object)).toEqual([]);
  });

  it('set no variable that Millrace does not read', () => {
    const names = millraceContainers(objects).flatMap((container) => Object.keys(environmentOf(container, objects)));
    expect(names.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
  });

  it('take every secret value from a Secret', () => {
    const literal = millraceContainers(objects)
      .flatMap(({ env = [] }) => env)
      .filter(({ name, value }) => VARIABLES[name as VariableName].secret && value !== undefined);
    const mapped = ofKind('ConfigMap')
      .filter(({ metadata }) => metadata.name === 'millrace')
      .flatMap(({ data }) => Object.keys(data ?? {}));
    expect(literal).toEqual([]);
    expect(mapped.filter((name) => VARIABLES[name as VariableName].secret)).toEqual([]);
  });

  it('give each role a configuration that it starts with', () => {
    for (const container of millraceContainers(objects)) {
      expect(loadConfig(environmentOf(container, objects)).queue.redis, container.name).toBeDefined();
    }
  });

  it('give the queue `load` to the workers that mount the shared volume, and to no others', () => {
    const mounts = new Map(
      ofKind('Deployment').map((object) => [
        object.metadata.name,
        podTemplateOf(object)?.spec?.volumes?.flatMap(
          ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
        ),
      ]),
    );
    expect(mounts.get('file-watcher')).toEqual(['files']);
    expect(mounts.get('worker-load')).toEqual(['files']);
    expect(mounts.get('api'), 'takes uploads').toEqual(['files']);
    expect(queuesOf('worker-load')).toEqual(['load']);
    expect(mounts.get('worker')).toEqual([]);
    expect(queuesOf('worker')).not.toContain('load');
  });

  it('take every queue of the tasks that ship', () => {
    const taken = ['worker', 'worker-load'].flatMap((name) => queuesOf(name) ?? []);
    const needed = Object.values<unknown>(shippedTasks)
      .filter(isTask)
      .map(({ definition }) => definition.queue ?? DEFAULT_QUEUE);
    expect([...new Set(taken)].sort()).toEqual([...new Set(needed)].sort());
  });

  it('select pods that exist', () => {
    const selecting = objects.flatMap((object) => {
      const selector = selectorOf(object);
      return selector === undefined ? [] : [{ name: nameOf(object), selector }];
    });
    expect(selecting.length).toBeGreaterThan(0);
    for (const { name, selector } of selecting) expect(labelsOfPods(objects).some(matches(selector)), name).toBe(true);
  });

  it('label the pods of a workload as its own selector says', () => {
    for (const workload of workloads.filter(({ kind }) => kind !== 'Job')) {
      expect(podTemplateOf(workload)?.metadata?.labels, nameOf(workload)).toMatchObject(selectorOf(workload) ?? {});
    }
  });

  it('probe ports that the container opens', () => {
    const probes = containers.flatMap(({ container }) =>
      [container.startupProbe, container.livenessProbe, container.readinessProbe].flatMap(
        (probe: IProbe | undefined) => (probe?.httpGet === undefined ? [] : [{ container, port: probe.httpGet.port }]),
      ),
    );
    expect(probes.length).toBeGreaterThan(0);
    for (const { container, port } of probes) expect(portNames(container), container.name).toContain(port);
  });

  it('open the port that the API listens on', () => {
    const api = containers.find(({ container }) => container.name === 'api')?.container;
    const { http } = loadConfig(environmentOf(api ?? { name: 'api' }, objects));
    expect(api?.ports).toContainEqual({ name: 'http', containerPort: http.port });
    expect(http.host).toBe('0.0.0.0');
  });

  it('lead each Service to a port of its pods, and the Ingress to a port of its Service', () => {
    for (const service of ofKind('Service')) {
      const { selector = {}, ports = [] } = service.spec as NonNullable<IService['spec']>;
      const open = containers
        .filter(({ workload }) => matches(selector)(podTemplateOf(workload)?.metadata?.labels ?? {}))
        .flatMap(({ container }) => portNames(container));
      for (const { targetPort } of ports) expect(open, nameOf(service)).toContain(targetPort);
    }
    for (const { spec } of ofKind('Ingress')) {
      const backends = (spec as IIngress['spec'])?.rules?.flatMap(({ http }) => http?.paths ?? []) ?? [];
      expect(backends.length).toBeGreaterThan(0);
      for (const { backend } of backends) {
        const service = ofKind('Service').find(({ metadata }) => metadata.name === backend.service?.name);
        const names = (service?.spec as IService['spec'])?.ports?.map(({ name }) => name);
        expect(names).toContain(backend.service?.port?.name);
      }
    }
  });

  it('refer to claims, accounts and scale targets that exist', () => {
    const names = objects.map(nameOf);
    for (const workload of workloads) {
      const { volumes = [], serviceAccountName } = podTemplateOf(workload)?.spec ?? {};
      for (const { persistentVolumeClaim } of volumes) {
        if (persistentVolumeClaim) expect(names).toContain(`PersistentVolumeClaim/${persistentVolumeClaim.claimName}`);
      }
      if (serviceAccountName !== undefined) expect(names).toContain(`ServiceAccount/${serviceAccountName}`);
    }
    for (const { spec } of ofKind('HorizontalPodAutoscaler')) {
      const { kind, name } = spec?.scaleTargetRef as { kind: string; name: string };
      const target = objects.find((object) => nameOf(object) === `${kind}/${name}`);
      expect(target, name).toBeDefined();
      // An apply would undo what was scaled.
      expect(target?.spec, name).not.toHaveProperty('replicas');
    }
  });

  it('mount volumes that the pod has', () => {
    for (const { workload, container } of containers) {
      const claims = (workload.spec?.volumeClaimTemplates ?? []) as { metadata: { name: string } }[];
      const volumes = podTemplateOf(workload)?.spec?.volumes ?? [];
      const names = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
      for (const { name } of container.volumeMounts ?? []) expect(names, container.name).toContain(name);
    }
  });

  it('give a pod longer to end than its tasks, and than its lease', () => {
    for (const { workload, container } of containers.filter((one) => isMillrace(one.container))) {
      if (workload.kind === 'Job') continue;
      const { shutdownGraceMs } = loadConfig(environmentOf(container, objects)).worker;
      const preStop = container.lifecycle?.preStop === undefined ? 0 : PRE_STOP;
      const given = podTemplateOf(workload)?.spec?.terminationGracePeriodSeconds;
      const closing = nameOf(workload).includes('worker') ? CLOSING : preStop;
      expect(given, nameOf(workload)).toBeGreaterThan(Math.max(LEASE, shutdownGraceMs / 1_000) + closing);
    }
  });

  it('serve metrics on a port that is opened, and that Prometheus is told of, or on none', () => {
    for (const { workload, container } of containers.filter(({ container }) => isMillrace(container))) {
      if (workload.kind === 'Job') continue;
      const { port, host } = loadConfig(environmentOf(container, objects)).metrics;
      const open = container.ports?.find(({ name }) => name === 'metrics')?.containerPort;
      expect(open, nameOf(workload)).toBe(port);
      const told = podTemplateOf(workload)?.metadata?.annotations?.['prometheus.io/port'];
      expect(told, nameOf(workload)).toBe(port?.toString());
      if (port !== undefined) expect(host).toBe('0.0.0.0');
    }
  });

  it('run everything as the `restricted` Pod Security Standard asks, Millrace on a read-only root', () => {
    for (const { workload, container } of containers) {
      const pod = podTemplateOf(workload)?.spec?.securityContext;
      expect(pod, nameOf(workload)).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod?.runAsUser, nameOf(workload)).toBeGreaterThan(0);
      expect(container.securityContext, container.name).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        ...(isMillrace(container) ? { readOnlyRootFilesystem: true } : {}),
      });
    }
  });

  it('say what each container needs', () => {
    for (const { container } of containers) {
      expect(container.resources, container.name).toMatchObject({
        requests: { cpu: expect.anything() as unknown, memory: expect.anything() as unknown },
        limits: { memory: expect.anything() as unknown },
      });
    }
  });

  it('let the migration be applied before the rest, with all that it needs', () => {
    const setup = rendered.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/component'] === 'setup');
    expect(setup.map(nameOf)).toEqual(
      expect.arrayContaining(['Namespace/millrace', 'ConfigMap/millrace', 'ServiceAccount/millrace']),
    );
    const [job, ...others] = setup.filter(({ kind }) => kind === 'Job');
    expect(others).toEqual([]);
    const environments = (job ? containersOf(job) : []).map((one) => environmentOf(one, [...setup, ...outside]));
    expect(environments).toEqual([expect.objectContaining({ DATABASE_URL: expect.any(String) as string })]);
  });

  it('name the migration after the image, because the template of a Job cannot change', () => {
    for (const job of ofKind('Job')) {
      const tags = containersOf(job).map(({ image }) => image?.split(':').at(-1)?.replaceAll('.', '-'));
      expect(tags).toEqual([job.metadata.name.replace(/^migrate-/, '')]);
    }
  });
});

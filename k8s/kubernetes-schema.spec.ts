import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from './kubernetes-object.js';
import { schemaProblems } from './kubernetes-schema.js';

const service = (spec: Record<string, unknown>): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'api' },
  spec,
});

describe('The Kubernetes schemas', () => {
  it('accept a valid object', async () => {
    expect(await schemaProblems(service({ selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] }))).toEqual(
      [],
    );
  });

  it('refuse a misspelt field, wherever it stands', async () => {
    expect(await schemaProblems(service({ selectors: {}, ports: [{ port: 80, target: 'http' }] }))).toEqual([
      '/spec/selectors is no field that Kubernetes knows',
      '/spec/ports/0/target is no field that Kubernetes knows',
    ]);
  });

  it('refuse a value of the wrong type', async () => {
    expect(await schemaProblems(service({ ports: [{ port: '80' }] }))).toEqual([
      expect.stringContaining('/spec/ports/0/port must be integer'),
    ]);
  });

  it('refuse an object that lacks a required field', async () => {
    expect(await schemaProblems(service({ ports: [{ name: 'http' }] }))).toEqual([
      expect.stringContaining('/spec/ports/0 must have required property port'),
    ]);
  });

  it('refuse a kind that the version does not have', async () => {
    expect(await schemaProblems({ apiVersion: 'v1', kind: 'Deployment', metadata: { name: 'api' } })).toEqual([
      'v1 has no kind Deployment',
    ]);
  });
});

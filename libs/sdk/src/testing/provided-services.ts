import type { ServiceToken } from '../service.js';
import type { AnyTaskDefinition } from '../task.js';
import { TestSetUpError } from './test-kit.errors.js';

/** A service that a test gives for a token. */
export interface ProvidedService {
  readonly token: ServiceToken<unknown>;
  readonly service: unknown;
}

/** Gives `runTask` a service for a token that tasks name under `uses`. */
export function provide<S>(token: ServiceToken<S>, service: NoInfer<S>): ProvidedService {
  return { token, service };
}

/**
 * The services of one task, under the names it gave them.
 * @throws TestSetUpError
 */
export function servicesOf(
  { id, uses = {} }: AnyTaskDefinition,
  provided: readonly ProvidedService[],
): Readonly<Record<string, unknown>> {
  const found = Object.entries(uses).map(([name, token]) => {
    const match = provided.findLast((one) => one.token.name === token.name);
    if (match !== undefined) return [name, match.service] as const;
    throw new TestSetUpError(
      `"${id}" uses the service "${token.name}", which the test does not give. Give runTask { services: [provide(TOKEN, fake)] }.`,
    );
  });
  return Object.fromEntries(found);
}

import type { ServiceToken } from '@millrace/sdk';
import { CatalogueError } from '../engine.errors.js';
import type { RegisteredTask, TaskRegistry } from './task-registry.js';

/** What the worker offers for the service tokens that tasks name. */
export class ServiceBindings {
  readonly #services = new Map<string, unknown>();
  readonly #byTask = new Map<string, Readonly<Record<string, unknown>>>();

  /** Binds a token; the last binding wins. */
  bind<S>(token: ServiceToken<S>, service: S): this {
    this.#services.set(token.name, service);
    this.#byTask.clear();
    return this;
  }

  /** @throws CatalogueError MR_SERVICE_UNBOUND, naming each task and token that lacks a service */
  assertComplete(registry: TaskRegistry): void {
    const missing = registry.all().flatMap(({ id, definition }) =>
      Object.values(definition.uses ?? {})
        .filter(({ name }) => !this.#services.has(name))
        .map(({ name }) => `"${id}" uses "${name}"`),
    );
    if (missing.length === 0) return;
    const bound = [...this.#services.keys()].map((name) => `"${name}"`).join(', ');
    throw new CatalogueError(
      'MR_SERVICE_UNBOUND',
      `This worker binds no such service: ${missing.join('; ')}. Bound are: ${bound || 'none'}. Bind it in the worker, or take the task out of TASKS.`,
    );
  }

  /** The services of one task, under the names it gave them: the same object for all its runs, so that none may change it. */
  forTask({ id, definition }: RegisteredTask): Readonly<Record<string, unknown>> {
    let services = this.#byTask.get(id);
    if (services === undefined) {
      const uses = Object.entries(definition.uses ?? {});
      services = Object.freeze(Object.fromEntries(uses.map(([name, token]) => [name, this.#services.get(token.name)])));
      this.#byTask.set(id, services);
    }
    return services;
  }
}

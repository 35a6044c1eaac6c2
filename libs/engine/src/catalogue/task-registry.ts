import { DEFAULT_QUEUE, isTask, type Task } from '@millrace/sdk';
import { closest, distance } from 'fastest-levenshtein';
import type { CatalogueExport } from './load-catalogue.js';
import { CatalogueError, TaskUnknownError } from '../engine.errors.js';

export type RegisteredTask = Task<unknown, unknown>;

/** The tasks this process knows, by id. */
export class TaskRegistry {
  readonly #tasks: ReadonlyMap<string, RegisteredTask>;

  private constructor(tasks: ReadonlyMap<string, RegisteredTask>) {
    this.#tasks = tasks;
  }

  /**
   * Takes the tasks among the exports; the same task exported twice counts once.
   * @throws CatalogueError MR_TASK_TWICE when two tasks share an id
   */
  static from(exports: readonly CatalogueExport[]): TaskRegistry {
    const found = new Map<string, { readonly task: RegisteredTask; readonly origin: string }>();
    for (const { value, origin } of exports) {
      if (!isTask(value)) continue;
      const first = found.get(value.id);
      if (first !== undefined && first.task !== value) {
        throw new CatalogueError(
          'MR_TASK_TWICE',
          `Two tasks have the id "${value.id}": one in ${first.origin}, one in ${origin}. Rename one of them.`,
        );
      }
      found.set(value.id, { task: value, origin });
    }
    return new TaskRegistry(new Map([...found].map(([id, { task }]) => [id, task])));
  }

  find(id: string): RegisteredTask | undefined {
    return this.#tasks.get(id);
  }

  /** @throws TaskUnknownError, with the nearest name */
  get(id: string): RegisteredTask {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new TaskUnknownError(id, this.#nearest(id));
    return task;
  }

  /** All tasks, by id. */
  all(): readonly RegisteredTask[] {
    return [...this.#tasks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The queues of all tasks, by name. */
  queues(): readonly string[] {
    return [...new Set(this.all().map(queueOf))].sort();
  }

  /** How many runs a batch takes, by the ids of the tasks that have them. */
  batchSizes(): ReadonlyMap<string, number> {
    return new Map(
      this.all().flatMap(({ id, definition: { batch } }) => (batch === undefined ? [] : [[id, batch.max]])),
    );
  }

  #nearest(id: string): string | undefined {
    const ids = [...this.#tasks.keys()];
    if (ids.length === 0) return undefined;
    const nearest = closest(id, ids);
    return distance(id, nearest) <= Math.max(2, nearest.length / 2) ? nearest : undefined;
  }
}

/** The queue a task's runs go to. */
export function queueOf({ definition }: RegisteredTask): string {
  return definition.queue ?? DEFAULT_QUEUE;
}

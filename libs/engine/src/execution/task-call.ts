import type { OnCalled } from '../queue/delivery-handler.port.js';
import type { RegisteredTask } from '../catalogue/task-registry.js';
import { type ContextParts, createContext } from './task-context.js';

/** How one execution calls its task's function. */
export interface TaskCall {
  /** The function that is left running when the execution is given up: one for all executions that share it. */
  readonly code: object;

  /** Settles as the function does for this run. */
  call(input: unknown, execution: ContextParts): Promise<unknown>;

  /** In the place of `call`, when the run does not come to it. */
  skip(): void;
}

/** A call of `run`, for one run. */
export class SingleCall implements TaskCall {
  constructor(
    private readonly task: RegisteredTask,
    private readonly onCalled?: OnCalled | undefined,
  ) {}

  get code(): object {
    return this;
  }

  async call(input: unknown, execution: ContextParts): Promise<unknown> {
    const settled = this.onCalled?.();
    try {
      return await this.task.definition.run(input, createContext(execution));
    } finally {
      settled?.();
    }
  }

  skip(): void {
    // Nobody else waits for it.
  }
}

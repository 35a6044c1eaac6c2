import type { OnCalled } from '../delivery-handler.port.js';
import type { RegisteredTask } from '../task-registry.js';
import type { Context } from './task-context.js';

/** How one execution calls its task's function. */
export interface TaskCall {
  /** The function that is left running when the execution is given up: one for all executions that share it. */
  readonly code: object;

  /** Settles as the function does for this run. */
  call(input: unknown, context: Context): Promise<unknown>;

  /** In the place of `call`, when the run does not come to it. */
  skip(): void;
}

/** A call of `run`, for one run. */
export function singleCall({ definition }: RegisteredTask, onCalled: OnCalled = () => () => undefined): TaskCall {
  return {
    code: {},
    async call(input, context) {
      const settled = onCalled();
      try {
        return await definition.run(input, context);
      } finally {
        settled();
      }
    },
    skip: () => undefined,
  };
}

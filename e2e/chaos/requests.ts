import type { ChaosInput } from './expectation.js';
import type { Random } from './random.js';

/** One run to ask for, and what to do with it afterwards. */
export interface RunRequest {
  readonly task: string;
  readonly input: Omit<ChaosInput, 'tag'>;
  /** Chances, from 0 to 1. */
  readonly cancel: number;
  readonly retry: boolean;
}

const plain = (task: string, input: Omit<ChaosInput, 'tag'>, cancel = 0): RunRequest => ({
  task,
  input,
  cancel,
  retry: false,
});

/**
 * The mix of the load: leaves of every temper, fan-outs, trees, sequences, failures that somebody mends.
 * @param tasks only these; all of them without
 */
export function nextRequest(random: Random, tasks?: readonly string[]): RunRequest {
  for (;;) {
    const request = anyRequest(random);
    if (tasks === undefined || tasks.includes(request.task)) return request;
  }
}

function anyRequest(random: Random): RunRequest {
  const n = random.between(1, 1_000);
  const width = random.between(3, 25);
  const kinds: readonly (() => RunRequest)[] = [
    () => plain('chaos-noop', { n }),
    () => plain('chaos-noop', { n }),
    () => plain('chaos-slow', { n, ms: random.between(200, 4_000) }, 0.3),
    () => plain('chaos-stubborn', { n, ms: random.between(200, 7_000) }, 0.2),
    () => plain('chaos-flaky', { n, failures: random.between(1, 3) }),
    () => plain('chaos-doomed', { n }),
    () => plain('chaos-snoozing', { n }),
    () => plain('chaos-fan', { n, width }, 0.15),
    () => plain('chaos-fan', { n, width: random.between(20, 60) }, 0.15),
    () => plain('chaos-lasting', { n, width: 4 }, 0.1),
    () => plain('chaos-lasting', { n, width: 4 }, 0.1),
    () => plain('chaos-settled', { n, width: random.between(2, 8) }, 0.15),
    () => plain('chaos-nest', { n, width: random.between(2, 3), depth: 3 }, 0.3),
    () => plain('chaos-steps', { n, width: 0 }, 0.1),
    () => plain('chaos-catcher', { n, width: 0 }, 0.1),
    () => ({ ...plain('chaos-mendable', { n }), retry: true }),
    () => ({ ...plain('chaos-repairable', { n, width: random.between(2, 6) }), retry: true }),
  ];
  return random.pick(kinds)();
}

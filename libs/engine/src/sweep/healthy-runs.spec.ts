import { type ClaimedRun, InMemoryRunStore, isTerminal, RunState, type RunStore } from '@millrace/runs';
import { defineTask, SnoozeError } from '@millrace/sdk';
import { silentLogger } from '@millrace/telemetry';
import { waitFor } from '@millrace/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { publishTask } from '../catalogue/publish-task.js';
import { ServiceBindings } from '../catalogue/service-bindings.js';
import { TaskRegistry } from '../catalogue/task-registry.js';
import { Executor } from '../executor.js';
import type { DeliveryHandler } from '../queue/delivery-handler.port.js';
import { Dispatcher } from '../queue/dispatcher.js';
import { InMemoryTaskQueue } from '../queue/in-memory-task-queue.js';
import { BatchStarter } from '../requests/batch-starter.js';
import { StrandedRuns } from './stranded-runs.js';

const ENDINGS = ['value', 'ticket', 'retry', 'snooze', 'call'] as const;
const WORKERS = ['one', 'other'];
const QUEUES = ['few', 'many'];

type Dice = (sides: number) => number;

/** Numbers from zero, by a linear congruence: a failure names its seed. */
function diceOf(seed: number): Dice {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % sides;
  };
}

const turns = async (count: number) => {
  for (let n = 0; n < count; n += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

/**
 * Nothing is refused; what is asked is done some turns later, and answered some turns after that. The answers of some claims are
 * lost: they are asked again, and found, also by another claim of the same delivery.
 */
function slowStore(store: InMemoryRunStore, dice: Dice): InMemoryRunStore {
  const made = new Map<string, ClaimedRun & { readonly workerId: string }>();
  const claim: RunStore['claim'] = async (runId, delivery, workerId) => {
    const run = await store.claim(runId, delivery, workerId);
    if (run !== undefined) made.set(`${runId} ${delivery}`, { ...run, workerId });
    if (dice(3) > 0) return run;
    await turns(dice(4));
    const own = made.get(`${runId} ${delivery}`);
    const { state, epoch } = store.peek(runId);
    return own?.workerId === workerId && state === RunState.running && epoch === own.epoch ? own : undefined;
  };
  const slow = ['claim', 'finish', 'requeue', 'suspend', 'openCall', 'wake'];
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const act = (name === 'claim' ? claim : member.bind(target)) as (...given: unknown[]) => Promise<unknown>;
      if (!slow.includes(String(name))) return act;
      return async (...given: unknown[]) => {
        await turns(dice(8));
        const answer = await act(...given);
        await turns(dice(8));
        return answer;
      };
    },
  });
}

/** How often each execution has begun. */
class Begun {
  readonly #times = new Map<string, number>();

  note({ runId, epoch }: { readonly runId: string; readonly epoch: number }): void {
    const key = `${runId} ${epoch}`;
    this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
  }

  get most(): number {
    return Math.max(...this.#times.values());
  }
}

/** Runs one at a time, in lists, in batches, and some that wait for others. */
function someTasks(dice: Dice, begun: Begun) {
  const input = z.enum(ENDINGS);
  const child = defineTask({
    ...{ id: 'child', queue: 'many', input: z.null(), result: z.null() },
    async run(_, ctx) {
      begun.note(ctx);
      await turns(dice(6));
      return null;
    },
  });
  const alone = (id: string, queue: string) =>
    defineTask({
      ...{ id, queue, input, result: z.string(), retry: { maxAttempts: 9, initialDelay: 1 } },
      async run(ending, ctx) {
        begun.note(ctx);
        await turns(dice(12));
        if (ending === 'call') await ctx.invoke(child, null);
        if (ending === 'snooze' && ctx.epoch < 3) throw new SnoozeError(1);
        if (ending === 'retry' && ctx.attempt < 3) throw new Error('again');
        return ending === 'ticket' ? ctx.completion(ending) : ending;
      },
    });
  const together = defineTask({
    ...{ id: 'together', queue: 'many', input, result: z.string(), retry: { maxAttempts: 9, initialDelay: 1 } },
    async run(ending, ctx) {
      begun.note(ctx);
      await turns(dice(12));
      return ending;
    },
    batch: {
      max: 4,
      async runBatch(items) {
        for (const { ctx } of items) begun.note(ctx);
        await turns(dice(6));
        return items.map(async ({ input: ending, ctx }) => {
          await turns(dice(24));
          if (ending === 'retry' && ctx.attempt < 3) return { status: 'failed', error: new Error('again') };
          return { status: 'succeeded', result: ending === 'ticket' ? ctx.completion(ending) : ending };
        });
      },
    },
  });
  return [child, alone('few', 'few'), alone('many', 'many'), together] as const;
}

/** Two workers, each with one executor for all queues; deliveries come to either, and some to both, or twice to one. */
function openWorkers(tasks: readonly unknown[], dice: Dice) {
  const registry = TaskRegistry.from(tasks.map((value) => ({ value, origin: 'spec' })));
  const memory = new InMemoryRunStore(new Map(registry.all().map((task) => [task.id, publishTask(task)])));
  const store = slowStore(memory, dice);
  const queue = new InMemoryTaskQueue(new Map([...registry.batchSizes(), ['many', 5]]));
  const dispatcher = new Dispatcher(store, queue, silentLogger);
  const parts = { registry, store, dispatcher, cancellation: memory.cancellation, logger: silentLogger };
  const workers = WORKERS.map((workerId) => {
    const given = { services: new ServiceBindings(), renewLease: async () => undefined, recycle: () => undefined };
    const executor = new Executor({ ...parts, ...given, workerId });
    const workerRuns = {
      async runningOn(...asked: Parameters<typeof memory.workerRuns.runningOn>) {
        const page = await memory.workerRuns.runningOn(...asked);
        // As if the process had stood still between reading and writing.
        await turns(dice(20));
        return page;
      },
    };
    const looking = () => new StrandedRuns({ ...parts, workerId, inHand: executor.inHand, workerRuns });
    return { executor, looks: [looking(), looking()] };
  });
  const anyExecutor = () => (workers[dice(workers.length)] as (typeof workers)[number]).executor;
  const handler: DeliveryHandler = {
    takesLists: (taskId) => anyExecutor().takesLists(taskId),
    async handle(payload) {
      const times = dice(4) === 0 ? 2 : 1;
      const handle = async () => {
        await turns(dice(8));
        await anyExecutor().handle(payload);
      };
      await Promise.all(Array.from({ length: times }, handle));
    },
  };
  for (const name of QUEUES) queue.work(name, handler, 6);
  return { memory, workers, starter: new BatchStarter(registry, store, dispatcher) };
}

it(
  'no run is handed back by its worker, or executed twice under one epoch, while nothing is refused',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const dice = diceOf(seed);
        const begun = new Begun();
        const tasks = someTasks(dice, begun);
        const { memory, workers, starter } = openWorkers(tasks, dice);
        let handedBack = 0;
        let isOver = false;
        const look = async (stranded: StrandedRuns) => {
          while (!isOver) {
            handedBack += await stranded.runOnce();
            await turns(1 + dice(4));
          }
        };
        const looks = workers.flatMap((worker) => worker.looks.map(look));
        for (const { id: taskId } of tasks.slice(1)) {
          const inputs = ENDINGS.flatMap((ending) => [ending, ending]);
          await starter.startAll(inputs.map((input) => ({ taskId, input, trigger: 'api' as const })));
        }
        await waitFor(() => memory.ids().every((runId) => isTerminal(memory.peek(runId).state)));
        isOver = true;
        await Promise.all(looks);
        expect(memory.ids().map((runId) => memory.peek(runId).state)).toEqual(memory.ids().map(() => 'succeeded'));
        expect({ handedBack, most: begun.most }).toEqual({ handedBack: 0, most: 1 });
      }),
      { numRuns: 40 },
    );
  },
);

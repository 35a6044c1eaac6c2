import type { RunDelivery } from '@millrace/contracts';
import type { DeliveryHandler, OnCalled } from '@millrace/engine';

/**
 * Milliseconds for which the function of one run may hold up the runs behind it in its list. Claims and ends are not
 * counted: on a busy machine they take longer, and lists that are given up for them make it busier.
 */
const HOLD_UP_MS = 25;

/** Runs of a list whose functions have settled and whose ends are being committed, at most; their results are in memory. */
const ENDING = 2;

export interface ListWorkParts {
  readonly handler: DeliveryHandler;
  /** Gives runs a job each, so that any worker may take them; false when the backend did not take them. */
  readonly giveBack: (rest: readonly RunDelivery[]) => Promise<boolean>;
  /** The list asks for these no more, though it goes on. */
  readonly forget: (handled: readonly RunDelivery[]) => void;
  /** The list is worked off, with these left in it. */
  readonly end: (handled: readonly RunDelivery[]) => void;
  /** A run could not even be claimed; once it is forgotten the sweep delivers it again. */
  readonly onFailed: (error: unknown) => void;
  readonly stopping: () => boolean;
}

/**
 * Works off a job that names several runs: the function of one after that of the other, so that a job executes no more
 * than one at a time, as a worker's concurrency counts. The end of a run is committed while the next ones are claimed and
 * executed. A run that takes long holds nobody up: those behind it get a job each.
 */
export async function workOffList(runs: readonly RunDelivery[], parts: ListWorkParts): Promise<void> {
  const { handler, giveBack, forget, end, onFailed, stopping } = parts;
  const rest = [...runs];
  const handled: RunDelivery[] = [];
  const forgetHandled = () => {
    const ended = handled.splice(0);
    if (ended.length > 0) forget(ended);
  };
  const giveBackRest = async () => {
    const left = rest.splice(0);
    // Kept when nobody takes them: they come to their turn here, or are offered again.
    if (left.length > 0 && !(await giveBack(left))) rest.unshift(...left);
  };
  let givenBack = Promise.resolve();
  const holdUp = () => {
    forgetHandled();
    givenBack = givenBack.then(giveBackRest);
  };
  const ending = new Set<Promise<void>>();
  const handle = async (run: RunDelivery, watch: HoldUpWatch) => {
    await handler.handle({ kind: 'runs', runs: [run] }, watch.onCalled).catch(onFailed);
    watch.stop();
    handled.push(run);
  };
  for (let run = rest.shift(); run !== undefined; run = rest.shift()) {
    const watch = new HoldUpWatch(holdUp);
    const handling = handle(run, watch);
    ending.add(handling);
    void handling.then(() => ending.delete(handling));
    await Promise.race([handling, watch.settled]);
    while (ending.size > ENDING) await Promise.race(ending);
    await givenBack;
    if (stopping()) await giveBackRest();
  }
  await Promise.all(ending);
  end(handled);
}

/** Tells of a function that takes long, over and over, and once more when it never let a timer come to its turn. */
class HoldUpWatch {
  /** Resolves when the function has settled, which one that is suspended or given up never does. */
  readonly settled: Promise<void>;
  #settle!: () => void;
  #looking: NodeJS.Timeout | undefined;

  constructor(private readonly onHoldUp: () => void) {
    this.settled = new Promise((resolve) => (this.#settle = resolve));
  }

  readonly onCalled: OnCalled = () => {
    const calledAt = performance.now();
    this.#looking = setInterval(this.onHoldUp, HOLD_UP_MS);
    return () => {
      this.stop();
      if (performance.now() - calledAt >= HOLD_UP_MS) this.onHoldUp();
      this.#settle();
    };
  };

  /** For the function of a run that is suspended or given up: it does not settle. */
  stop(): void {
    clearInterval(this.#looking);
  }
}

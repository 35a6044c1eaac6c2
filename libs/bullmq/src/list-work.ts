import type { RunDelivery } from '@millrace/contracts';
import type { DeliveryHandler } from '@millrace/engine';

/**
 * Milliseconds for which one run may hold up those behind it in its list. Well above what a claim and an end take on a busy
 * machine: lists that are given up there for their commits alone make it busier.
 */
const HOLD_UP_MS = 250;

export interface ListWorkParts {
  readonly handler: DeliveryHandler;
  /** Gives runs a job each, so that any worker may take them; false when the backend did not take them. */
  readonly giveBack: (rest: readonly RunDelivery[]) => Promise<boolean>;
  /** The list asks for these no more. */
  readonly forget: (handled: readonly RunDelivery[]) => void;
  /** A run could not even be claimed; once it is forgotten the sweep delivers it again. */
  readonly onFailed: (error: unknown) => void;
  readonly stopping: () => boolean;
}

/**
 * Works off a job that names several runs: one after the other, so that a job executes no more than one run at a time,
 * as a worker's concurrency counts. A run that takes long holds nobody up: those behind it get a job each.
 */
export async function workOffList(runs: readonly RunDelivery[], parts: ListWorkParts): Promise<void> {
  const { handler, giveBack, forget, onFailed, stopping } = parts;
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
  for (let run = rest.shift(); run !== undefined; run = rest.shift()) {
    let givenBack = Promise.resolve();
    const heldUp = setInterval(() => {
      forgetHandled();
      givenBack = givenBack.then(giveBackRest);
    }, HOLD_UP_MS);
    await handler.handle({ kind: 'runs', runs: [run] }).catch(onFailed);
    clearInterval(heldUp);
    handled.push(run);
    await givenBack;
    if (stopping()) await giveBackRest();
  }
  forgetHandled();
}

import { CallInStepError } from '../errors.js';

/**
 * The effects of steps that one execution has under way. A call made by an effect is refused: a replay has the effect's value
 * and does not run it, so that the call would be missing there, and one that waits for children would wait for ever, since
 * nothing is suspended beside a step.
 */
export class StepEffects {
  #underWay = 0;

  async run<T>(effect: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await effectOfStep(effect);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** @throws CallInStepError when the code that calls is within an effect, at whatever distance */
  assertOutside(kind: string): void {
    if (this.#underWay > 0 && isBelowEffect()) throw new CallInStepError(kind);
  }
}

/** Its name is what a stack is searched for. */
async function effectOfStep<T>(effect: () => Promise<T>): Promise<T> {
  // Awaited here: only then has V8 this function in the stack of what goes on after an await.
  return await effect();
}

/** Frames looked at: a stack is of one burst of code, and of the functions that await it. */
const DEEPEST = 200;

/**
 * Whether this code was called, or is awaited, by an effect. By V8's stack with its async frames: an AsyncLocalStorage would
 * say the same and make every promise of the process three times as slow (Node 20).
 */
function isBelowEffect(): boolean {
  const { stackTraceLimit, prepareStackTrace } = Object.getOwnPropertyDescriptors(Error);
  const seen: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = DEEPEST;
    Error.prepareStackTrace = (_, frames) => frames;
    Error.captureStackTrace(seen, isBelowEffect);
    const frames = seen.stack as NodeJS.CallSite[];
    return frames.some((frame) => frame.getFunctionName() === effectOfStep.name);
  } finally {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    Object.defineProperties(Error, { stackTraceLimit, ...(prepareStackTrace && { prepareStackTrace }) });
  }
}

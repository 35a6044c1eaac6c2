// Taken now: a test of a task may have fake timers while it runs.
const { setImmediate } = globalThis;

interface OpenCall {
  readonly seq: number;
  readonly answer: () => void;
  /** Its place among the recorded outcomes; undefined while its children run. */
  readonly place: number | undefined;
}

type AnswerableCall = OpenCall & { readonly place: number };

/**
 * Gives recorded outcomes to the code one at a time, in the order in which they became known, with microtasks drained in
 * between, so that a replay takes every turn as before. When only calls without an outcome are left, one macrotask
 * after the last activity, it says so once.
 */
export class AnswerTurns {
  readonly #open = new Map<number, OpenCall>();
  #furthest = -1;
  /** Work under way on behalf of calls. */
  #busy = 0;
  #activity = 0;
  #over = false;

  constructor(private readonly onNothingLeft: () => void) {}

  /** The last place of the answers given so far; -1 before the first. */
  get furthest(): number {
    return this.#furthest;
  }

  /** Resolves in the call's turn; never without a place. */
  wait(seq: number, place: number | undefined): Promise<void> {
    return new Promise((answer) => this.#open.set(seq, { seq, answer, place }));
  }

  /** Holds every turn back while this goes on. */
  async whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.touch();
    }
  }

  /** Something happened: look again one macrotask later, when the code has taken its turn. */
  touch(): void {
    const activity = ++this.#activity;
    setImmediate(() => {
      if (activity === this.#activity && this.#busy === 0 && !this.#over) this.#takeTurn();
    });
  }

  /** No further turn is taken. */
  end(): void {
    this.#over = true;
  }

  #takeTurn(): void {
    if (this.#open.size === 0) return;
    const next = this.#firstAnswerable();
    if (next === undefined) return this.onNothingLeft();
    this.#open.delete(next.seq);
    this.#furthest = Math.max(this.#furthest, next.place);
    next.answer();
    this.touch();
  }

  #firstAnswerable(): AnswerableCall | undefined {
    let first: AnswerableCall | undefined;
    for (const call of this.#open.values()) {
      if (isAnswerable(call) && (first === undefined || call.place < first.place)) first = call;
    }
    return first;
  }
}

function isAnswerable(call: OpenCall): call is AnswerableCall {
  return call.place !== undefined;
}

/** Lets so many pieces of work go on at once, and the others wait for their turn, first come, first served. */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** @param free turns that are there, a whole number of 1 or more */
  constructor(private free: number) {}

  /** Gives what the work gives once it had its turn; a failure gives the turn back as well. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  /** To who waits longest: one that comes now must not overtake it. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

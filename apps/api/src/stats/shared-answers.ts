interface SharedAnswersOptions {
  /** Milliseconds that an answer is given again, from when it was asked for. */
  readonly lastsMs: number;
  /** Keys whose answers are held at most; the one that was asked for first goes. */
  readonly most: number;
  /** The clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

interface SharedAnswer<T> {
  readonly answer: Promise<T>;
  readonly askedAt: number;
  isOnItsWay: boolean;
}

/** Answers that callers share: of one key one is on its way at a time, and it lasts for a while. A failure does not last. */
export class SharedAnswers<T> {
  readonly #held = new Map<string, SharedAnswer<T>>();
  readonly #now: () => number;

  constructor(private readonly options: SharedAnswersOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const held = this.#held.get(key);
    if (held !== undefined && (held.isOnItsWay || this.#now() < held.askedAt + this.options.lastsMs))
      return held.answer;
    return this.#hold(key, ask());
  }

  #hold(key: string, answer: Promise<T>): Promise<T> {
    const held: SharedAnswer<T> = { answer, askedAt: this.#now(), isOnItsWay: true };
    this.#held.delete(key);
    this.#held.set(key, held);
    const [first] = this.#held.keys();
    if (first !== undefined && this.#held.size > this.options.most) this.#held.delete(first);
    answer.then(
      () => (held.isOnItsWay = false),
      () => this.#held.get(key) === held && this.#held.delete(key),
    );
    return answer;
  }
}

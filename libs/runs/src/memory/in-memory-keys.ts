import type { Deduplication, IdempotencyClaim } from '../store/new-run.js';
import type { Once } from '../store/once.js';

interface Answered {
  readonly bodyHash: string;
  readonly answer: unknown;
}

interface Holder {
  readonly runId: string;
  readonly until: number;
}

/** Idempotency and deduplication keys of the in-memory store. Idempotency keys never expire. */
export class InMemoryKeys {
  readonly #answered = new Map<string, Answered>();
  readonly #holders = new Map<string, Holder>();

  /** Does the work once for a scope and key; an error leaves the key free. */
  once<Answer>(scope: string, claim: IdempotencyClaim | undefined, work: () => Answer): Once<Answer> {
    if (claim === undefined) return { status: 'done', answer: work() };
    const key = `${scope} ${claim.key}`;
    const held = this.#answered.get(key);
    if (held === undefined) {
      const answer = work();
      this.#answered.set(key, { bodyHash: claim.bodyHash, answer });
      return { status: 'done', answer };
    }
    const status = held.bodyHash === claim.bodyHash ? 'repeated' : 'key-conflict';
    return { status, answer: held.answer as Answer };
  }

  /** Whether the key has done its work. */
  has(scope: string, claim: IdempotencyClaim | undefined): boolean {
    return claim !== undefined && this.#answered.has(`${scope} ${claim.key}`);
  }

  /** Takes the deduplication key for a run; gives the run that has it instead. */
  holderInsteadOf(
    run: { readonly id: string; readonly taskId: string; readonly deduplication?: Deduplication },
    isUnfinished: (runId: string) => boolean,
  ): string | undefined {
    if (run.deduplication === undefined) return undefined;
    const { key, ttlMs = 0 } = run.deduplication;
    const holder = this.#holders.get(`${run.taskId} ${key}`);
    if (holder !== undefined && (holder.until > Date.now() || isUnfinished(holder.runId))) return holder.runId;
    this.#holders.set(`${run.taskId} ${key}`, { runId: run.id, until: Date.now() + ttlMs });
    return undefined;
  }
}

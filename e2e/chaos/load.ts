import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, type Answer } from './api-client.js';
import type { DatabaseClient } from './database-client.js';
import type { ChaosInput } from './expectation.js';
import type { Journal } from './journal.js';
import { Random } from './random.js';
import { nextRequest, type RunRequest } from './requests.js';

/** Clients at once. */
const CLIENTS = 6;
/** Mean pause of a client between two requests, in milliseconds. */
const PAUSE_MS = 500;
const MOST_UNFINISHED = 100;
const RETRY_PATIENCE_MS = 45_000;

/** What is asked for. */
export interface LoadMix {
  /** Only these tasks. @default all */
  readonly tasks?: readonly string[];
  /** Unfinished runs above which the clients wait. @default 100 */
  readonly mostUnfinished?: number;
}

export interface LoadParts {
  readonly mix: LoadMix;
  readonly apiUrl: string;
  readonly journal: Journal;
  readonly database: DatabaseClient;
  readonly seed: number;
  /** What the API can do; an endpoint that it lacks is not called. */
  readonly can: ReadonlySet<'cancel' | 'retry'>;
}

/** Clients that ask for runs, send some requests twice, cancel and retry, and write down what they were told. */
export class Load {
  readonly #parts: LoadParts;
  readonly #api: ApiClient;
  readonly #ending = new AbortController();
  readonly #giveUp = new AbortController();
  #clients: Promise<unknown>[] = [];
  #afterwards = new Set<Promise<void>>();

  constructor(parts: LoadParts) {
    this.#parts = parts;
    this.#api = new ApiClient(parts.apiUrl, this.#giveUp.signal);
  }

  start(): void {
    this.#clients = Array.from({ length: CLIENTS }, (_, index) =>
      this.#client(new Random(this.#parts.seed * 1_000 + index)),
    );
  }

  /** No new requests; resolves when those under way are answered, or were given up after this long. */
  async stop(patienceMs: number): Promise<void> {
    this.#ending.abort();
    const timer = setTimeout(() => this.#giveUp.abort(), patienceMs);
    await Promise.all(this.#clients);
    await Promise.all(this.#afterwards);
    clearTimeout(timer);
  }

  async #client(random: Random): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await delay(random.between(PAUSE_MS / 5, PAUSE_MS * 2));
      if (await this.#isFull()) continue;
      const request = nextRequest(random, this.#parts.mix.tasks);
      const runId = await this.#submit(request, random);
      if (runId === undefined) continue;
      if (random.next() < request.cancel) this.#later(this.#cancel(runId, random.between(0, 2_000)));
      if (request.retry) this.#later(this.#retry(runId, random.next()));
    }
  }

  #later(work: Promise<void>): void {
    this.#afterwards.add(work);
    void work.finally(() => this.#afterwards.delete(work));
  }

  async #isFull(): Promise<boolean> {
    const [row] = await this.#parts.database.rows<{ n: number }>(
      'SELECT count(*)::int AS n FROM millrace.runs WHERE finished_at IS NULL',
    );
    return (row?.n ?? 0) > (this.#parts.mix.mostUnfinished ?? MOST_UNFINISHED);
  }

  /** With a key in two cases of three: then also twice at once, and again after a lost answer. */
  async #submit({ task, input }: RunRequest, random: Random): Promise<string | undefined> {
    const tag = randomUUID();
    const key = random.next() < 0.67 ? `key-${tag}` : undefined;
    const body = { task, input: { tag, ...input } satisfies ChaosInput };
    this.#parts.journal.write({ what: 'sent', tag, task, input: body.input, ...(key === undefined ? {} : { key }) });
    if (key === undefined) return this.#accepted(tag, key, await this.#api.once('POST', '/runs', body));
    const copies = random.next() < 0.3 ? 3 : 1;
    const answers = await Promise.all(
      Array.from({ length: copies }, () => this.#api.untilAnswered('POST', '/runs', body, key)),
    );
    return answers.map((answer) => this.#accepted(tag, key, answer)).find((id) => id !== undefined);
  }

  #accepted(tag: string, key: string | undefined, answer: Answer): string | undefined {
    if (answer === undefined) return undefined;
    const { id } = answer.body;
    if (answer.status === 202 && typeof id === 'string') {
      this.#parts.journal.write({ what: 'accepted', tag, runId: id, ...(key === undefined ? {} : { key }) });
      return id;
    }
    this.#noteUnexpected('POST /runs', answer, [503]);
    return undefined;
  }

  async #cancel(runId: string, afterMs: number): Promise<void> {
    const { journal, database, can } = this.#parts;
    if (!can.has('cancel')) return;
    await delay(afterMs);
    journal.write({ what: 'cancel-sent', runId });
    const answer = await this.#api.untilAnswered('POST', `/runs/${runId}/cancel`);
    if (answer?.status === 202) journal.write({ what: 'cancelled', runId, dbMs: await database.clock() });
    else this.#noteUnexpected('POST /runs/:id/cancel', answer, [409]);
  }

  /** Waits until the run has failed, then retries it, or the child at fault. */
  async #retry(rootId: string, chance: number): Promise<void> {
    const { journal, database, can } = this.#parts;
    if (!can.has('retry') || !(await this.#hasFailed(rootId))) return;
    const runId = (chance < 0.4 ? await this.#failedChild(rootId) : undefined) ?? rootId;
    journal.write({ what: 'retry-sent', runId, dbMs: await database.clock() });
    const answer = await this.#api.once('POST', `/runs/${runId}/retry`);
    if (answer?.status === 202) journal.write({ what: 'retried', runId });
    else this.#noteUnexpected('POST /runs/:id/retry', answer, [409, 503]);
  }

  async #hasFailed(runId: string): Promise<boolean> {
    const end = Date.now() + RETRY_PATIENCE_MS;
    while (Date.now() < end && !this.#ending.signal.aborted) {
      const state = (await this.#api.untilAnswered('GET', `/runs/${runId}`))?.body['state'];
      if (state === 'failed') return true;
      if (state === 'succeeded' || state === 'cancelled') return false;
      await delay(300);
    }
    return false;
  }

  async #failedChild(parentId: string): Promise<string | undefined> {
    const answer = await this.#api.untilAnswered('GET', `/runs?parent=${parentId}&state=failed`);
    const runs = answer?.body['runs'] as readonly { id: string }[] | undefined;
    return runs?.[0]?.id;
  }

  #noteUnexpected(request: string, answer: Answer, foreseen: readonly number[]): void {
    if (answer === undefined || foreseen.includes(answer.status)) return;
    this.#parts.journal.write({
      what: 'unexpected',
      request,
      status: answer.status,
      body: answer.text.slice(0, 500),
    });
  }
}

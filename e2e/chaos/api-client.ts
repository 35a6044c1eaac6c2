import { setTimeout as delay } from 'node:timers/promises';

const ANSWER_MS = 5_000;
const PAUSE_MS = 150;

interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Undefined: nobody knows whether the request was carried out. */
export type Answer = ApiAnswer | undefined;

/** HTTP as a careful client of Millrace speaks it. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly signal: AbortSignal,
  ) {}

  /** One request; undefined when the answer was lost. @param body bytes as they are, all else as JSON */
  async once(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer> {
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: {
          ...(body === undefined ? {} : { 'content-type': typeOf(body) }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text), text };
    } catch {
      return undefined;
    }
  }

  /** Sends what may be sent twice until it is answered; undefined when chaos ended before that. */
  async untilAnswered(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer> {
    while (!this.signal.aborted) {
      const answer = await this.once(method, path, body, key);
      if (answer !== undefined && answer.status !== 503) return answer;
      await delay(PAUSE_MS);
    }
    return undefined;
  }
}

const typeOf = (body: unknown) => (body instanceof Uint8Array ? 'application/octet-stream' : 'application/json');

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

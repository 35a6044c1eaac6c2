import { MillraceProblem, UnreachableError, type Problem } from './client.errors.js';

/** What a request through openapi-fetch gives. */
interface Exchange<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. @throws MillraceProblem when the API refused, UnreachableError when it did not answer */
export async function answerOf<Data>(exchange: Promise<Exchange<Data>>): Promise<Data> {
  const { data, error, response } = await exchange.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new UnreachableError(cause instanceof Error ? cause.message : 'the connection failed', cause);
  });
  if (response.ok) return data as Data;
  if (isProblem(error)) throw new MillraceProblem(error);
  throw new UnreachableError(`${response.status} ${response.statusText}`);
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'detail' in error;
}

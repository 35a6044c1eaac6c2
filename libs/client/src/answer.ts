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
    throw new UnreachableError(reasonOf(cause), cause);
  });
  if (response.ok) return data as Data;
  if (isProblem(error)) throw new MillraceProblem(error);
  throw new UnreachableError(`${response.status} ${response.statusText}`);
}

/** Node's `fetch failed` has the reason, as ECONNREFUSED, in its cause; browsers tell none. */
function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'the connection failed';
  const { cause } = failure;
  if (!(cause instanceof Error)) return failure.message;
  return `${failure.message} (${'code' in cause ? String(cause.code) : cause.message})`;
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'detail' in error;
}

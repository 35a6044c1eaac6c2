/** What a code means over HTTP. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code the API answers with: the one map from code to status. Each has a page, `docs/errors/<code>.md`. */
export const PROBLEMS = {
  MR_JSON_MALFORMED: { status: 400, title: 'The body is not JSON' },
  MR_REQUEST_MALFORMED: { status: 400, title: 'The request is malformed' },
  MR_QUERY_INVALID: { status: 400, title: 'The query is not valid' },
  MR_IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The idempotency key is not valid' },
  MR_UNAUTHORIZED: { status: 401, title: 'A token is needed' },
  MR_HOST_REFUSED: { status: 403, title: 'The Host header names another machine' },
  MR_ORIGIN_REFUSED: { status: 403, title: 'Requests from other sites are refused' },
  MR_ROUTE_UNKNOWN: { status: 404, title: 'Nothing is at this address' },
  MR_RUN_UNKNOWN: { status: 404, title: 'There is no such run' },
  MR_TASK_UNKNOWN: { status: 404, title: 'There is no such task' },
  MR_FILE_STATE_UNFIT: { status: 409, title: 'The file is not in a state for this' },
  MR_TABLE_UNFIT: { status: 409, title: "The feed's table cannot be loaded into" },
  MR_FILE_UNKNOWN: { status: 404, title: 'There is no such file' },
  MR_REJECT_UNKNOWN: { status: 404, title: 'There is no such reject' },
  MR_REJECT_RESOLVED: { status: 409, title: 'The reject was loaded before' },
  MR_RUN_NOT_RETRYABLE: { status: 409, title: 'The run cannot be retried as things stand' },
  MR_RETRY_TOO_EARLY: { status: 409, title: 'The run is still being cancelled' },
  MR_IDEMPOTENCY_CONFLICT: { status: 409, title: 'The idempotency key belongs to another request' },
  MR_RUN_ENDED: { status: 409, title: 'The run has ended' },
  MR_BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  MR_FILE_NAME_UNKNOWN: { status: 422, title: 'No feed takes a file of this name' },
  MR_FILE_NAME_AMBIGUOUS: { status: 422, title: 'More than one feed takes a file of this name' },
  MR_CONTENT_TYPE_UNSUPPORTED: { status: 415, title: 'The content type is not supported' },
  MR_REQUEST_INVALID: { status: 422, title: 'The body does not have the right shape' },
  MR_RECORD_REFUSED: { status: 422, title: 'The feed does not take the record' },
  MR_REJECT_CUT: { status: 422, title: 'The record was not kept whole' },
  MR_INPUT_INVALID: { status: 422, title: 'The input does not fit the task' },
  MR_CONCURRENCY_KEY_INVALID: { status: 422, title: 'The task has no concurrency key for this input' },
  MR_BATCH_REFUSED: { status: 422, title: 'The batch holds runs that cannot be started' },
  MR_BUSY: { status: 503, title: 'Too many such requests at once' },
  MR_DATABASE_UNAVAILABLE: { status: 503, title: 'PostgreSQL does not answer' },
  MR_INBOX_NOT_MOUNTED: { status: 503, title: 'The inbox is not mounted here' },
  MR_STREAMS_EXHAUSTED: { status: 503, title: 'Too many streams are open' },
  MR_DATABASE_RIGHT_MISSING: { status: 500, title: 'The role of the database lacks a right' },
  MR_FOLDER_UNUSABLE: { status: 500, title: 'A folder of files cannot be used' },
  MR_INTERNAL: { status: 500, title: 'Something went wrong inside' },
  MR_NOT_READY: { status: 503, title: 'Not ready' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Whether the API has a status for this code. */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code);
}

import type { Problem, ProblemIssue } from '@millrace/contracts';
import { isPassing } from '@millrace/postgres';
import { HttpException } from '@nestjs/common';
import { isProblemCode, PROBLEMS, type ProblemCode } from './problem-catalogue.js';

/** What errors of ours may carry, whichever room they come from; they are known by their code. */
interface CodedError extends Error {
  readonly code: ProblemCode;
  readonly nearest?: string | undefined;
  readonly issues?: readonly ProblemIssue[] | undefined;
  readonly runId?: string | undefined;
  readonly checks?: Problem['checks'];
}

const CODE_BY_FASTIFY_CODE: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MR_JSON_MALFORMED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MR_JSON_MALFORMED',
  FST_ERR_CTP_BODY_TOO_LARGE: 'MR_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MR_CONTENT_TYPE_UNSUPPORTED',
};

const CODE_BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'MR_ROUTE_UNKNOWN',
  413: 'MR_BODY_TOO_LARGE',
  415: 'MR_CONTENT_TYPE_UNSUPPORTED',
};

/** What to do, where the framework's own words do not say. */
const ADVICE: Partial<Record<ProblemCode, string>> = {
  MR_ROUTE_UNKNOWN: '/docs lists every route.',
  MR_BODY_TOO_LARGE: 'At most 1 MiB is taken, and 32 MiB by /runs/batch: put large data where the task can read it.',
  MR_CONTENT_TYPE_UNSUPPORTED:
    'Send JSON, and say so: "Content-Type: application/json"; a file to POST /files as "application/octet-stream".',
};

/** Anything thrown while a request was handled, as RFC 9457. What is not known is `MR_INTERNAL` and says nothing of itself. */
export function toProblem(thrown: unknown, requestId: string): Problem {
  const { code, ...members } = explain(thrown);
  return { type: `/docs/errors/${code}`, ...PROBLEMS[code], code, instance: requestId, ...members };
}

type Explanation = Omit<Problem, 'type' | 'title' | 'status' | 'instance' | 'code'> & { code: ProblemCode };

function explain(thrown: unknown): Explanation {
  if (isCodedError(thrown)) return explainCoded(thrown);
  if (isPassing(driverErrorOf(thrown))) {
    return {
      code: 'MR_DATABASE_UNAVAILABLE',
      detail:
        'PostgreSQL does not answer. Repeat the request in a moment; with the same Idempotency-Key it starts one run.',
    };
  }
  const framework = thrown instanceof HttpException ? (thrown.cause ?? thrown) : thrown;
  if (framework instanceof Error) {
    const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(framework);
    const code = codeOfFramework(framework, status);
    if (code !== undefined) return { code, detail: [framework.message, ADVICE[code]].filter(Boolean).join('. ') };
  }
  return {
    code: 'MR_INTERNAL',
    detail: 'The request failed for a reason that is not yours. The log holds it under the id of this request.',
  };
}

/** TypeORM wraps what `pg` threw. */
function driverErrorOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'driverError' in thrown ? thrown.driverError : thrown;
}

function explainCoded({ code, message, nearest, issues, runId, checks }: CodedError): Explanation {
  return {
    code,
    detail: message,
    ...(issues === undefined ? {} : { errors: issues.map((issue) => withinBody(code, issue)) }),
    ...(nearest === undefined ? {} : { nearest }),
    ...(runId === undefined ? {} : { runId }),
    ...(checks === undefined ? {} : { checks }),
  };
}

/** The engine points into what it was given; the caller sent that under one of these members of the body. */
const SENT_UNDER: Partial<Record<ProblemCode, string>> = { MR_INPUT_INVALID: '/input', MR_BATCH_REFUSED: '/runs' };

function withinBody(code: ProblemCode, { pointer, message }: ProblemIssue): ProblemIssue {
  return { pointer: `${SENT_UNDER[code] ?? ''}${pointer}`, message };
}

function isCodedError(thrown: unknown): thrown is CodedError {
  return thrown instanceof Error && 'code' in thrown && isProblemCode(thrown.code);
}

function statusOf(error: Error): number | undefined {
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function codeOfFramework(error: Error, status: number | undefined): ProblemCode | undefined {
  const known = 'code' in error && typeof error.code === 'string' ? CODE_BY_FASTIFY_CODE[error.code] : undefined;
  if (known !== undefined || status === undefined || status >= 500) return known;
  return CODE_BY_STATUS[status] ?? 'MR_REQUEST_MALFORMED';
}

import type { Problem } from '@millrace/contracts';
import type { FastifyReply } from 'fastify';
import { toProblem } from './to-problem.js';

/** Until a request that was refused because of others, or of what is away, is worth another try. */
const RETRY_AFTER_SECONDS = 5;
const CHALLENGE = 'Bearer realm="millrace", Basic realm="millrace"';

/** Answers with the problem that an error is; says which, for the log. */
export function sendProblem(reply: FastifyReply, thrown: unknown): Problem {
  const problem = toProblem(thrown, reply.request.id);
  if (problem.status === 401) void reply.header('www-authenticate', CHALLENGE);
  if (problem.status === 503) void reply.header('retry-after', String(RETRY_AFTER_SECONDS));
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  return problem;
}

import type { Problem } from '@millrace/contracts';
import type { FastifyReply } from 'fastify';
import { toProblem } from './to-problem.js';

const CHALLENGE = 'Bearer realm="millrace", Basic realm="millrace"';

/** Answers with the problem that an error is; says which, for the log. */
export function sendProblem(reply: FastifyReply, thrown: unknown): Problem {
  const problem = toProblem(thrown, reply.request.id);
  if (problem.status === 401) void reply.header('www-authenticate', CHALLENGE);
  void reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  return problem;
}

import type { Config } from '@millrace/config';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../problems/send-problem.js';
import { accessRules } from './access-rules.js';

/**
 * Applies the access rules to every request, Bull Board's and the documentation's included: a hook, since those are
 * no controllers. It answers by itself, since Bull Board brings its own error handler.
 */
export function guardAccess(fastify: FastifyInstance, http: Config['http']): void {
  const rules = accessRules(http);
  fastify.addHook('onRequest', async (request, reply) => {
    try {
      for (const rule of rules) rule(request);
    } catch (refusal) {
      sendProblem(reply, refusal);
      return reply;
    }
    return undefined;
  });
}

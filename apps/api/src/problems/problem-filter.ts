import type { Logger } from '@millrace/telemetry';
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendProblem } from './send-problem.js';

/** Answers every error of every route as a problem. Only those of status 500 are ours, and logged with what was thrown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, instance } = sendProblem(reply, thrown);
    if (status === 500) this.logger.error({ err: thrown, requestId: instance }, 'request failed');
  }
}

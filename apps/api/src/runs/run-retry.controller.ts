import type { RunAccepted } from '@millrace/contracts';
import { RunRetrier } from '@millrace/engine';
import { RunQueries } from '@millrace/postgres';
import { Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { uuidIn } from '../http/uuid-in.js';
import { Describe } from '../openapi/describe.js';
import { IDEMPOTENCY_KEY, toIdempotencyClaim } from './idempotency.js';
import { toRunAccepted } from './run-accepted.js';
import { unknownRun } from './known-run.js';

@ApiTags('runs')
@Controller('runs/:id/retry')
export class RunRetryController {
  constructor(
    private readonly retrier: RunRetrier,
    private readonly runs: RunQueries,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiHeader({ ...IDEMPOTENCY_KEY, description: 'The same key retries the run once.' })
  @Describe({
    summary: 'Retry a failed or cancelled run: what it did and what succeeded below it is kept',
    status: 202,
    answers: 'RunAccepted',
    problems: [
      'MR_IDEMPOTENCY_KEY_INVALID',
      'MR_RUN_UNKNOWN',
      'MR_IDEMPOTENCY_CONFLICT',
      'MR_RUN_NOT_RETRYABLE',
      'MR_RETRY_TOO_EARLY',
    ],
  })
  async retry(
    @Param('id') text: string,
    @Headers(IDEMPOTENCY_KEY.name) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunAccepted> {
    const id = uuidIn(text);
    const claim = toIdempotencyClaim(key, null);
    const retried = id && (await this.retrier.retry(id, claim));
    const run = id && retried && (await this.runs.summary(id));
    if (!run || !retried) throw unknownRun(text);
    void reply.header('location', `/runs/${id}`);
    return toRunAccepted(id, run, retried.existing);
  }
}

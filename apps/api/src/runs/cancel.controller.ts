import type { RunSummary } from '@millrace/contracts';
import { RunCanceller } from '@millrace/engine';
import { RunQueries } from '@millrace/postgres';
import { Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { uuidIn } from '../http/uuid-in.js';
import { Describe } from '../openapi/describe.js';
import { checkIdempotencyKey } from './idempotency.js';
import { unknownRun } from './known-run.js';

@ApiTags('runs')
@Controller('runs')
export class CancelController {
  constructor(
    private readonly canceller: RunCanceller,
    private readonly runs: RunQueries,
  ) {}

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiHeader({
    name: 'Idempotency-Key',
    description: 'Taken and not needed: cancelling a cancelled run answers as the first time.',
    required: false,
  })
  @Describe({
    summary: 'Cancel a run and all that it awaits: none of them is taken by a worker after the answer',
    status: 202,
    answers: 'RunSummary',
    problems: ['MR_IDEMPOTENCY_KEY_INVALID', 'MR_RUN_UNKNOWN', 'MR_RUN_ENDED'],
  })
  async cancel(@Param('id') text: string, @Headers('idempotency-key') key: string | undefined): Promise<RunSummary> {
    checkIdempotencyKey(key);
    const id = uuidIn(text);
    const run = id && (await this.canceller.cancel(id)) ? await this.runs.summary(id) : undefined;
    if (run === undefined) throw unknownRun(text);
    return run;
  }
}

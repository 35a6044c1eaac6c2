import type { RunSummary } from '@millrace/contracts';
import { RunCanceller } from '@millrace/engine';
import { RunQueries } from '@millrace/postgres';
import { Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { uuidIn } from '../http/uuid-in.js';
import { Describe } from '../openapi/describe.js';
import { IDEMPOTENCY_KEY, toIdempotencyClaim } from './idempotency.js';
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
  @ApiHeader({ ...IDEMPOTENCY_KEY, description: 'Sent again with it, nothing is cancelled that was retried since.' })
  @Describe({
    summary: 'Cancel a run and all that it awaits: none of them is taken by a worker after the answer',
    status: 202,
    answers: 'RunSummary',
    problems: ['MR_IDEMPOTENCY_KEY_INVALID', 'MR_RUN_UNKNOWN', 'MR_RUN_ENDED'],
  })
  async cancel(@Param('id') text: string, @Headers(IDEMPOTENCY_KEY.name) key: string | undefined): Promise<RunSummary> {
    const claim = toIdempotencyClaim(key, null);
    const id = uuidIn(text);
    const run = id && (await this.canceller.cancel(id, claim)) ? await this.runs.summary(id) : undefined;
    if (run === undefined) throw unknownRun(text);
    return run;
  }
}

import { CreateRunBatch, type RunBatchAccepted } from '@millrace/contracts';
import { BatchStarter } from '@millrace/engine';
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { BodyLimit } from '../http/body-limit.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { schemaRef } from '../openapi/schema-components.js';
import { IDEMPOTENCY_KEY, toIdempotencyClaim } from './idempotency.js';
import { toRunRequest } from './start-request.js';

const BATCH_LIMIT_BYTES = 32 * 1024 * 1024;

@ApiTags('runs')
@Controller('runs/batch')
export class RunBatchController {
  constructor(private readonly starter: BatchStarter) {}

  @Post()
  @HttpCode(202)
  @BodyLimit(BATCH_LIMIT_BYTES)
  @ApiBody({ schema: schemaRef('CreateRunBatch') })
  @ApiHeader({ ...IDEMPOTENCY_KEY, description: 'The same key and body give the same runs.' })
  @Describe({
    summary: 'Start up to 10,000 runs: all of them, or none',
    status: 202,
    answers: 'RunBatchAccepted',
    problems: [
      'MR_JSON_MALFORMED',
      'MR_IDEMPOTENCY_KEY_INVALID',
      'MR_IDEMPOTENCY_CONFLICT',
      'MR_BODY_TOO_LARGE',
      'MR_CONTENT_TYPE_UNSUPPORTED',
      'MR_REQUEST_INVALID',
      'MR_BATCH_REFUSED',
      'MR_BUSY',
    ],
  })
  async create(
    @Body(ZodPipe.body(CreateRunBatch)) body: Parsed<typeof CreateRunBatch>,
    @Headers(IDEMPOTENCY_KEY.name) key: string | undefined,
  ): Promise<RunBatchAccepted> {
    const claim = toIdempotencyClaim(key, body);
    const started = await this.starter.startAll(body.runs.map(toRunRequest), claim);
    return { ids: started.map(({ runId }) => runId), existing: started.filter(({ existing }) => existing).length };
  }
}

import { ReloadFiles, type FilesReloading } from '@millrace/contracts';
import { Dispatcher, IdempotencyConflictError } from '@millrace/engine';
import { FileReloads } from '@millrace/postgres';
import { Body, Controller, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { schemaRef } from '../openapi/schema-components.js';
import { IDEMPOTENCY_KEY, toIdempotencyClaim } from '../runs/idempotency.js';

@ApiTags('files')
@Controller('files/reload')
export class FileReloadsController {
  constructor(
    private readonly reloads: FileReloads,
    private readonly dispatcher: Dispatcher,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiBody({ schema: schemaRef('ReloadFiles') })
  @ApiHeader({
    ...IDEMPOTENCY_KEY,
    description: 'The same key and body give the same answer, and start nothing again.',
  })
  @Describe({
    summary: 'Load many files again that failed, were quarantined or unloaded; ask again while any are left',
    status: 202,
    answers: 'FilesReloading',
    problems: [
      ...(['MR_JSON_MALFORMED', 'MR_IDEMPOTENCY_KEY_INVALID', 'MR_IDEMPOTENCY_CONFLICT', 'MR_BODY_TOO_LARGE'] as const),
      ...(['MR_CONTENT_TYPE_UNSUPPORTED', 'MR_REQUEST_INVALID'] as const),
    ],
  })
  async reload(
    @Body(ZodPipe.body(ReloadFiles)) body: Parsed<typeof ReloadFiles>,
    @Headers(IDEMPOTENCY_KEY.name) key: string | undefined,
  ): Promise<FilesReloading> {
    const { since, ...filter } = body;
    const claim = toIdempotencyClaim(key, body);
    const wanted = { ...filter, since: since === undefined ? undefined : new Date(since) };
    const outcome = await this.reloads.start(wanted, claim);
    if (outcome.status === 'key-conflict') throw new IdempotencyConflictError(key ?? '');
    void this.dispatcher.deliver(outcome.deliveries);
    return outcome.answer;
  }
}

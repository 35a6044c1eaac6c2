import type { Readable } from 'node:stream';
import type { Config } from '@millrace/config';
import { FileUploadQuery, type FileDryRun, type RunAccepted } from '@millrace/contracts';
import { RunStarter } from '@millrace/engine';
import { DryRunner } from '@millrace/ingest';
import { FileQueries } from '@millrace/postgres';
import { Body, Controller, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CONFIG } from '../api-parts.js';
import { StreamedBody } from '../http/streamed-body.js';
import { untilClosed } from '../http/until-closed.js';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { toRunAccepted } from '../runs/run-accepted.js';
import { unknownFile } from './unknown-file.js';

const TASK = 'dry-run-file';
/** Each has one of the ten connections to PostgreSQL while it loads. */
const TRIALS_AT_ONCE = 4;

/** What loads would do, without doing it. */
@ApiTags('files')
@Controller('files')
export class DryRunController {
  constructor(
    private readonly files: FileQueries,
    private readonly dryRunner: DryRunner,
    private readonly starter: RunStarter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post('dry-run')
  @HttpCode(200)
  @StreamedBody({ atOnce: TRIALS_AT_ONCE })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Describe({
    summary: 'Say what a load of the file in the body would do; nothing of it is kept',
    query: FileUploadQuery,
    answers: 'FileDryRun',
    problems: [
      ...(['MR_QUERY_INVALID', 'MR_FILE_NAME_UNKNOWN', 'MR_FILE_NAME_AMBIGUOUS', 'MR_BODY_TOO_LARGE'] as const),
      ...(['MR_CONTENT_TYPE_UNSUPPORTED', 'MR_TABLE_UNFIT', 'MR_DATABASE_RIGHT_MISSING', 'MR_BUSY'] as const),
    ],
  })
  tryUpload(
    @Query(ZodPipe.query(FileUploadQuery)) { name }: Parsed<typeof FileUploadQuery>,
    @Body() bytes: Readable,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FileDryRun> {
    const maxBytes = this.config.files.uploadLimitBytes;
    return this.dryRunner.dryRunUpload({ name, bytes, maxBytes }, untilClosed(reply));
  }

  @Post(':id/dry-run')
  @HttpCode(202)
  @Describe({
    summary: 'Start a run that says what a load of this file would do now, and does nothing of it',
    status: 202,
    answers: 'RunAccepted',
    problems: ['MR_FILE_UNKNOWN'],
  })
  async tryFile(@Param('id') text: string): Promise<RunAccepted> {
    const fileId = uuidIn(text);
    if (!fileId || !(await this.files.find(fileId))) throw unknownFile(text);
    const { runId } = await this.starter.start({ taskId: TASK, input: { fileId }, trigger: 'api' });
    return toRunAccepted(runId, { task: TASK, state: 'queued' }, false);
  }
}

import { RejectListQuery, ResubmitReject, type RejectPage, type RunAccepted } from '@millrace/contracts';
import { RunStarter } from '@millrace/engine';
import { RejectResubmitter, UnknownRejectError } from '@millrace/ingest';
import { FileQueries } from '@millrace/postgres';
import { Body, Controller, DefaultValuePipe, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { schemaRef } from '../openapi/schema-components.js';
import { toRunAccepted } from '../runs/run-accepted.js';
import { unknownFile } from './unknown-file.js';

const TASK = 'resubmit-reject';

/** Records of files that were set aside. */
@ApiTags('files')
@Controller('files/:id/rejects')
export class RejectsController {
  constructor(
    private readonly files: FileQueries,
    private readonly resubmitter: RejectResubmitter,
    private readonly starter: RunStarter,
  ) {}

  @Get()
  @Describe({
    summary: 'Records of a file that could not be loaded, with their place, reason and bytes',
    query: RejectListQuery,
    answers: 'RejectPage',
    problems: ['MR_FILE_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async list(
    @Param('id') text: string,
    @Query(ZodPipe.query(RejectListQuery)) { after, limit }: Parsed<typeof RejectListQuery>,
  ): Promise<RejectPage> {
    const id = uuidIn(text);
    const found = id && (await this.files.rejects(id, after, limit + 1));
    if (!found) throw unknownFile(text);
    const rejects = found.slice(0, limit);
    return { rejects, next: found.length > limit ? (rejects.at(-1)?.index ?? null) : null };
  }

  @Post(':index/resubmit')
  @HttpCode(202)
  @ApiBody({ schema: schemaRef('ResubmitReject'), required: false })
  @Describe({
    summary: 'Load a record that was set aside, as it stands in the file or put right',
    status: 202,
    answers: 'RunAccepted',
    problems: [
      ...(['MR_JSON_MALFORMED', 'MR_FILE_UNKNOWN', 'MR_REJECT_UNKNOWN', 'MR_REJECT_RESOLVED'] as const),
      ...(['MR_BODY_TOO_LARGE', 'MR_REQUEST_INVALID', 'MR_RECORD_REFUSED', 'MR_REJECT_CUT'] as const),
    ],
  })
  async resubmit(
    @Param('id') text: string,
    @Param('index') place: string,
    @Body(new DefaultValuePipe({}), ZodPipe.body(ResubmitReject)) body: Parsed<typeof ResubmitReject>,
  ): Promise<RunAccepted> {
    const fileId = uuidIn(text);
    if (!fileId || !(await this.files.find(fileId))) throw unknownFile(text);
    if (!/^\d{1,9}$/.test(place)) throw new UnknownRejectError(fileId, place);
    const input = { fileId, index: Number(place), ...body };
    // Its run checks again, by the feed as its worker knows it.
    await this.resubmitter.check(input);
    const { runId } = await this.starter.start({ taskId: TASK, input, trigger: 'api' });
    return toRunAccepted(runId, { task: TASK, state: 'queued' }, false);
  }
}

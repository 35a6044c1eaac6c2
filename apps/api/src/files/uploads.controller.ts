import type { Readable } from 'node:stream';
import { FileUploadQuery, type FileAccepted } from '@millrace/contracts';
import { FileUploads } from '@millrace/ingest';
import { Body, Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { StreamedBody } from '../http/streamed-body.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';

/** Another way in for files, beside the inbox. */
@ApiTags('files')
@Controller('files')
export class UploadsController {
  constructor(private readonly uploads: FileUploads) {}

  @Post()
  @HttpCode(202)
  @StreamedBody({ atOnce: 64 })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Describe({
    summary: 'Upload a file; its run loads it as if it had been dropped into the inbox',
    query: FileUploadQuery,
    status: 202,
    answers: 'FileAccepted',
    problems: [
      ...(['MR_QUERY_INVALID', 'MR_FILE_NAME_UNKNOWN', 'MR_FILE_NAME_AMBIGUOUS', 'MR_BODY_TOO_LARGE'] as const),
      ...(['MR_CONTENT_TYPE_UNSUPPORTED', 'MR_INBOX_NOT_MOUNTED', 'MR_FOLDER_UNUSABLE', 'MR_BUSY'] as const),
    ],
  })
  async upload(
    @Query(ZodPipe.query(FileUploadQuery)) { name }: Parsed<typeof FileUploadQuery>,
    @Body() bytes: Readable,
  ): Promise<FileAccepted> {
    const { id, feed, runId } = await this.uploads.take(name, bytes);
    return { id, name, feed, runId, links: { self: `/files/${id}`, run: `/runs/${runId}` } };
  }
}

import { FileListQuery, type FileDetail, type FilePage } from '@millrace/contracts';
import { FileQueries } from '@millrace/postgres';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { cutPage, toKeyset } from '../http/id-page.js';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem.errors.js';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(private readonly files: FileQueries) {}

  @Get()
  @Describe({
    summary: 'List arrived files, newest first',
    query: FileListQuery,
    answers: 'FilePage',
    problems: ['MR_QUERY_INVALID'],
  })
  async list(@Query(ZodPipe.query(FileListQuery)) query: Parsed<typeof FileListQuery>): Promise<FilePage> {
    const { feed, state: states, limit } = query;
    const { entries: files, next } = cutPage(await this.files.list({ feed, states, ...toKeyset(query) }), limit);
    return { files, next };
  }

  @Get(':id')
  @Describe({ summary: 'One file and its history', answers: 'FileDetail', problems: ['MR_FILE_UNKNOWN'] })
  async read(@Param('id') text: string): Promise<FileDetail> {
    const id = uuidIn(text);
    const file = id && (await this.files.read(id));
    if (!file)
      throw new ProblemError('MR_FILE_UNKNOWN', `There is no file "${text}". GET /files lists them; ids are UUIDs.`);
    return file;
  }
}

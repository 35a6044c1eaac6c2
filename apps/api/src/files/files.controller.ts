import { FileListQuery, RejectListQuery, type FileDetail, type FilePage, type RejectPage } from '@millrace/contracts';
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
    if (!file) throw unknownFile(text);
    return file;
  }

  @Get(':id/rejects')
  @Describe({
    summary: 'Records of a file that could not be loaded, with their place, reason and bytes',
    query: RejectListQuery,
    answers: 'RejectPage',
    problems: ['MR_FILE_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async rejects(
    @Param('id') text: string,
    @Query(ZodPipe.query(RejectListQuery)) { after, limit }: Parsed<typeof RejectListQuery>,
  ): Promise<RejectPage> {
    const id = uuidIn(text);
    const found = id && (await this.files.rejects(id, after, limit + 1));
    if (!found) throw unknownFile(text);
    const rejects = found.slice(0, limit);
    return { rejects, next: found.length > limit ? (rejects.at(-1)?.index ?? null) : null };
  }
}

function unknownFile(id: string): ProblemError {
  return new ProblemError('MR_FILE_UNKNOWN', `There is no file "${id}". GET /files lists them; ids are UUIDs.`);
}

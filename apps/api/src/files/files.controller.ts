import {
  FileListQuery,
  ReloadableState,
  type FileDetail,
  type FilePage,
  type FileState,
  type RunAccepted,
} from '@millrace/contracts';
import { RunStarter } from '@millrace/engine';
import { loadTaskOf } from '@millrace/ingest';
import { FileQueries } from '@millrace/postgres';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { cutPage, toKeyset } from '../http/id-page.js';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { ProblemError } from '../problems/problem.errors.js';
import { toRunAccepted } from '../runs/run-accepted.js';
import { unknownFile } from './unknown-file.js';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(
    private readonly files: FileQueries,
    private readonly starter: RunStarter,
  ) {}

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

  @Post(':id/unload')
  @HttpCode(202)
  @Describe({
    summary: 'Take back exactly the rows that a loaded file gave',
    status: 202,
    answers: 'RunAccepted',
    problems: ['MR_FILE_UNKNOWN', 'MR_FILE_STATE_UNFIT'],
  })
  async unload(@Param('id') text: string): Promise<RunAccepted> {
    const { id } = await this.#fileIn(text, ['loaded']);
    return this.#start('unload-file', { fileId: id });
  }

  @Post(':id/reload')
  @HttpCode(202)
  @Describe({
    summary: 'Load a file again that was unloaded or quarantined, or whose load failed',
    status: 202,
    answers: 'RunAccepted',
    problems: ['MR_FILE_UNKNOWN', 'MR_FILE_STATE_UNFIT'],
  })
  async reload(@Param('id') text: string): Promise<RunAccepted> {
    const { id, size } = await this.#fileIn(text, ReloadableState.options);
    return this.#start(loadTaskOf(size), { fileId: id, again: true });
  }

  /** A file that is in one of these states now; its run looks again, under a lock. */
  async #fileIn(text: string, fit: readonly FileState[]): Promise<Pick<FileDetail, 'id' | 'size'>> {
    const fileId = uuidIn(text);
    const file = fileId && (await this.files.find(fileId));
    if (!file) throw unknownFile(text);
    const { id, state, name } = file;
    if (fit.includes(state)) return file;
    const what = `"${name}" is ${state}; this needs one that is ${fit.join(' or ')}.`;
    throw new ProblemError('MR_FILE_STATE_UNFIT', `${what} GET /files/${id} says how it became so.`);
  }

  async #start(task: string, input: object): Promise<RunAccepted> {
    const { runId } = await this.starter.start({ taskId: task, input, trigger: 'api' });
    return toRunAccepted(runId, { task, state: 'queued' }, false);
  }
}

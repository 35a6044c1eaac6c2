import { CreateRun, RunListQuery, type RunAccepted, type RunPage } from '@millrace/contracts';
import { RunStarter } from '@millrace/engine';
import { RunQueries } from '@millrace/postgres';
import { Body, Controller, Get, Header, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { embedJson } from '../http/embed-json.js';
import { cutPage } from '../http/id-page.js';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { schemaRef } from '../openapi/schema-components.js';
import { ProblemError } from '../problems/problem.errors.js';
import { IDEMPOTENCY_KEY } from './idempotency.js';
import { toRunAccepted } from './run-accepted.js';
import { toRunFilter } from './run-filter.js';
import { toStartRequest } from './start-request.js';

@ApiTags('runs')
@Controller('runs')
export class RunsController {
  constructor(
    private readonly starter: RunStarter,
    private readonly runs: RunQueries,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiBody({ schema: schemaRef('CreateRun') })
  @ApiHeader({ ...IDEMPOTENCY_KEY, description: 'The same key and body give the same run.' })
  @Describe({
    summary: 'Start a run of a task',
    status: 202,
    answers: 'RunAccepted',
    problems: [
      'MR_JSON_MALFORMED',
      'MR_IDEMPOTENCY_KEY_INVALID',
      'MR_TASK_UNKNOWN',
      'MR_IDEMPOTENCY_CONFLICT',
      'MR_BODY_TOO_LARGE',
      'MR_CONTENT_TYPE_UNSUPPORTED',
      'MR_REQUEST_INVALID',
      'MR_INPUT_INVALID',
    ],
  })
  async create(
    @Body(ZodPipe.body(CreateRun)) body: Parsed<typeof CreateRun>,
    @Headers(IDEMPOTENCY_KEY.name) key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunAccepted> {
    const { runId, existing } = await this.starter.start(toStartRequest(body, key));
    const run = existing ? await this.runs.summary(runId) : { task: body.task, state: 'queued' as const };
    if (run === undefined) throw unknownRun(runId);
    const accepted = toRunAccepted(runId, run, existing);
    void reply.header('location', accepted.links.self);
    return accepted;
  }

  @Get()
  @Describe({
    summary: 'List runs, newest first',
    query: RunListQuery,
    answers: 'RunPage',
    problems: ['MR_QUERY_INVALID'],
  })
  async list(@Query(ZodPipe.query(RunListQuery)) query: Parsed<typeof RunListQuery>): Promise<RunPage> {
    const { entries: runs, next } = cutPage(await this.runs.list(toRunFilter(query)), query.limit);
    return { runs, next };
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  @Describe({ summary: 'Everything about one run', answers: 'RunDetail', problems: ['MR_RUN_UNKNOWN'] })
  async read(@Param('id') text: string): Promise<string> {
    const id = uuidIn(text);
    const reading = id && (await this.runs.read(id));
    if (!reading) throw unknownRun(text);
    return embedJson(reading.run, { input: reading.inputJson, result: reading.resultJson });
  }
}

function unknownRun(id: string): ProblemError {
  return new ProblemError('MR_RUN_UNKNOWN', `There is no run "${id}". GET /runs lists them; ids are UUIDs.`);
}

import { CreateRun, RunListQuery, WaitQuery, type RunAccepted, type RunPage } from '@millrace/contracts';
import { RunStarter } from '@millrace/engine';
import { RunQueries, type RunReading } from '@millrace/postgres';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { uuidIn } from '../http/uuid-in.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { schemaRef } from '../openapi/schema-components.js';
import { AwaitedRuns, hasEnded, toRunJson } from './awaited-runs.js';
import { IDEMPOTENCY_KEY } from './idempotency.js';
import { unknownRun } from './known-run.js';
import { toRunAccepted } from './run-accepted.js';
import { toRunListing, toRunPage } from './run-listing.js';
import { toStartRequest } from './start-request.js';

@ApiTags('runs')
@Controller('runs')
export class RunsController {
  constructor(
    private readonly starter: RunStarter,
    private readonly runs: RunQueries,
    private readonly awaited: AwaitedRuns,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiBody({ schema: schemaRef('CreateRun') })
  @ApiHeader({ ...IDEMPOTENCY_KEY, description: 'The same key and body give the same run.' })
  @Describe({
    summary: 'Start a run of a task; with `wait`, 200 and a RunDetail when it has ended by then',
    status: 202,
    answers: 'RunAccepted',
    query: WaitQuery,
    problems: [
      'MR_JSON_MALFORMED',
      'MR_QUERY_INVALID',
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
    @Query(ZodPipe.query(WaitQuery)) { wait }: Parsed<typeof WaitQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunAccepted | string> {
    const { runId, existing } = await this.starter.start(toStartRequest(body, key));
    void reply.header('location', `/runs/${runId}`);
    const reading = wait === undefined ? undefined : await this.awaited.read(runId, wait, reply);
    if (reading !== undefined && hasEnded(reading)) return sendRun(reply, 200, reading);
    const run = existing ? await this.runs.summary(runId) : { task: body.task, state: 'queued' as const };
    if (run === undefined) throw unknownRun(runId);
    return toRunAccepted(runId, run, existing);
  }

  @Get()
  @Describe({
    summary: 'List runs',
    query: RunListQuery,
    answers: 'RunPage',
    problems: ['MR_QUERY_INVALID'],
  })
  async list(@Query(ZodPipe.query(RunListQuery)) query: Parsed<typeof RunListQuery>): Promise<RunPage> {
    return toRunPage(await this.runs.list(toRunListing(query)));
  }

  @Get(':id')
  @Describe({
    summary: 'Everything about one run; with `wait`, 202 while it has not ended',
    answers: 'RunDetail',
    query: WaitQuery,
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async read(
    @Param('id') text: string,
    @Query(ZodPipe.query(WaitQuery)) { wait }: Parsed<typeof WaitQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const id = uuidIn(text);
    const reading = id && (await this.awaited.read(id, wait, reply));
    if (!reading) throw unknownRun(text);
    return sendRun(reply, wait === undefined || hasEnded(reading) ? 200 : 202, reading);
  }
}

function sendRun(reply: FastifyReply, status: number, reading: RunReading): string {
  void reply.code(status).type('application/json; charset=utf-8');
  return toRunJson(reading);
}

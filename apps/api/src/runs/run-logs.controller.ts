import { RunLogQuery, type RunLogPage, type RunSummary } from '@millrace/contracts';
import { RunQueries } from '@millrace/postgres';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { cutByPlace } from '../http/place-page.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { KnownRun } from './known-run.js';

@ApiTags('runs')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('runs/:id/logs')
export class RunLogsController {
  constructor(private readonly runs: RunQueries) {}

  @Get()
  @Describe({
    summary: 'What a run has logged, in order',
    query: RunLogQuery,
    answers: 'RunLogPage',
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async list(
    @Param('id', KnownRun) { id }: RunSummary,
    @Query(ZodPipe.query(RunLogQuery)) { after, limit }: Parsed<typeof RunLogQuery>,
  ): Promise<RunLogPage> {
    const { entries: lines, next } = cutByPlace(await this.runs.logs(id, after, limit + 1), limit, ({ n }) => n);
    return { lines, next };
  }
}

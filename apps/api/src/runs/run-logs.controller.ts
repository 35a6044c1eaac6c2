import { RunLogLine, RunLogQuery, type RunLogPage, type RunSummary } from '@millrace/contracts';
import { LogFollowers } from '@millrace/engine';
import { RunQueries } from '@millrace/postgres';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { cutByPlace } from '../http/place-page.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { SseStreams } from '../sse/sse-streams.js';
import { wantsStream } from '../sse/wants-stream.js';
import { KnownRun } from './known-run.js';

const LEVELS = RunLogLine.shape.level.options;

@ApiTags('runs')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('runs/:id/logs')
export class RunLogsController {
  constructor(
    private readonly runs: RunQueries,
    private readonly followers: LogFollowers,
    private readonly streams: SseStreams,
  ) {}

  @Get()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Number of the last line seen.' })
  @Describe({
    summary: 'What a run has logged, in order: a page, or as `text/event-stream` each line as it comes',
    query: RunLogQuery,
    answers: 'RunLogPage',
    streams: ['RunLogLine', 'RunLogEnd'],
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID', 'MR_STREAMS_EXHAUSTED'],
  })
  async list(
    @Param('id', KnownRun) { id }: RunSummary,
    @Query(ZodPipe.query(RunLogQuery)) query: Parsed<typeof RunLogQuery>,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (query.follow ?? wantsStream(accept)) this.#follow(id, query, lastEventId, reply);
    else void reply.send(await this.#page(id, query));
  }

  async #page(id: string, query: Parsed<typeof RunLogQuery>): Promise<RunLogPage> {
    const { after, limit, attempt } = query;
    const found = await this.runs.logs(id, { after, limit: limit + 1, attempt, levels: levelsFrom(query.level) });
    const { entries: lines, next } = cutByPlace(found, limit, ({ n }) => n);
    return { lines, next };
  }

  #follow(runId: string, query: Parsed<typeof RunLogQuery>, lastEventId = '', reply: FastifyReply): void {
    const after = /^\d{1,9}$/.test(lastEventId) ? Number(lastEventId) : query.after;
    const levels = levelsFrom(query.level);
    const wanted = ({ attempt, level }: RunLogLine) => levels.includes(level) && (query.attempt ?? attempt) === attempt;
    const stream = this.streams.open(reply);
    const unfollow = this.followers.follow(
      { runId, after },
      {
        ready: () => stream.ready,
        tell: (lines) => stream.send(lines.filter(wanted).map((data) => ({ event: 'line', id: `${data.n}`, data }))),
        end: (state) => {
          stream.send([{ event: 'end', data: { state } }]);
          stream.end();
        },
      },
    );
    stream.onClosed(unfollow);
  }
}

/** This severity and those above it. */
function levelsFrom(level: RunLogLine['level'] | undefined): RunLogLine['level'][] {
  return LEVELS.slice(level === undefined ? 0 : LEVELS.indexOf(level));
}

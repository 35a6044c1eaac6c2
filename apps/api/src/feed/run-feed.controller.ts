import { RunFeedQuery } from '@millrace/contracts';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { SseStreams } from '../sse/sse-streams.js';
import { RunFeed } from './run-feed.js';

@ApiTags('runs')
@Controller('events')
export class RunFeedController {
  constructor(
    private readonly feed: RunFeed,
    private readonly streams: SseStreams,
  ) {}

  @Get()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Any: the first event is then `resync`.' })
  @Describe({
    summary: 'Hints of runs, as server-sent events: `run` when one has moved, `resync` when some may have been missed',
    query: RunFeedQuery,
    streams: ['RunHint', 'RunFeedGap'],
    problems: ['MR_QUERY_INVALID', 'MR_STREAMS_EXHAUSTED'],
  })
  follow(
    @Query(ZodPipe.query(RunFeedQuery)) query: Parsed<typeof RunFeedQuery>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const stream = this.streams.open(reply);
    stream.onClosed(this.feed.add(stream, query, lastEventId !== undefined));
  }
}

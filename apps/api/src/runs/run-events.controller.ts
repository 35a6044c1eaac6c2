import type { RunSummary } from '@millrace/contracts';
import { decodePosition, RunFollowers } from '@millrace/engine';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Describe } from '../openapi/describe.js';
import { SseStreams } from '../sse/sse-streams.js';
import { KnownRun } from './known-run.js';

@ApiTags('runs')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('runs/:id/events')
export class RunEventsController {
  constructor(
    private readonly followers: RunFollowers,
    private readonly streams: SseStreams,
  ) {}

  @Get()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Id of the last event seen: it goes on after it.' })
  @Describe({
    summary: 'Moves of a run, its progress and its children, as server-sent events `state`, `progress`, `children`',
    streams: ['RunStateEvent', 'RunProgressEvent', 'RunChildrenEvent'],
    problems: ['MR_RUN_UNKNOWN', 'MR_STREAMS_EXHAUSTED'],
  })
  follow(
    @Param('id', KnownRun) { id }: RunSummary,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const stream = this.streams.open(reply);
    const unfollow = this.followers.follow(id, decodePosition(lastEventId), {
      ready: () => stream.ready,
      tell: (events) => stream.send(events),
    });
    stream.onClosed(unfollow);
  }
}

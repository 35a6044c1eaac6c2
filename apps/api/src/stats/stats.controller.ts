import { StatsQuery, StatsTimelineQuery, type Stats, type StatsTimeline } from '@millrace/contracts';
import { StatisticsQueries } from '@millrace/postgres';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { StatsReader } from './stats-reader.js';
import { readTimeline } from './read-timeline.js';
import { toWindow } from './stats-window.js';

@ApiTags('stats')
@Controller('stats')
export class StatsController {
  constructor(
    private readonly reader: StatsReader,
    private readonly statistics: StatisticsQueries,
  ) {}

  @Get()
  @Describe({
    summary: 'Tasks, queues, workers and feeds in numbers, over a window up to now',
    query: StatsQuery,
    answers: 'Stats',
    problems: ['MR_QUERY_INVALID'],
  })
  read(@Query(ZodPipe.query(StatsQuery)) { window }: Parsed<typeof StatsQuery>): Promise<Stats> {
    return this.reader.read(window);
  }

  @Get('timeline')
  @Describe({
    summary: 'Ended runs by state, and the depth of the queues, in steps of a window up to now',
    query: StatsTimelineQuery,
    answers: 'StatsTimeline',
    problems: ['MR_QUERY_INVALID'],
  })
  timeline(
    @Query(ZodPipe.query(StatsTimelineQuery)) { window, task }: Parsed<typeof StatsTimelineQuery>,
  ): Promise<StatsTimeline> {
    return readTimeline(this.statistics, toWindow(window), task);
  }
}

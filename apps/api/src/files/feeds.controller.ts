import type { FeedList } from '@millrace/contracts';
import { FeedRegistry } from '@millrace/ingest';
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../openapi/describe.js';
import { toFeedView } from './feed-view.js';

@ApiTags('files')
@Controller('feeds')
export class FeedsController {
  constructor(private readonly feeds: FeedRegistry) {}

  @Get()
  @Describe({ summary: 'List the kinds of file that are taken', answers: 'FeedList' })
  list(): FeedList {
    return { feeds: this.feeds.list().map(toFeedView) };
  }
}

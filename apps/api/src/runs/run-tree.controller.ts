import {
  PlaceQuery,
  RunTreeQuery,
  type ChildRunPage,
  type RunCallPage,
  type RunSummary,
  type RunTree,
} from '@millrace/contracts';
import { readRunTree, RunCallQueries } from '@millrace/postgres';
import { Controller, Get, Param, ParseIntPipe, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { cutByPlace } from '../http/place-page.js';
import { ZodPipe, type Parsed } from '../http/zod-pipe.js';
import { Describe } from '../openapi/describe.js';
import { KnownRun } from './known-run.js';

@ApiTags('runs')
@ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
@Controller('runs/:id')
export class RunTreeController {
  constructor(private readonly queries: RunCallQueries) {}

  @Get('tree')
  @Describe({
    summary: 'A run with its calls, the first of their children, their calls, and so on',
    query: RunTreeQuery,
    answers: 'RunTree',
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  tree(
    @Param('id', KnownRun) run: RunSummary,
    @Query(ZodPipe.query(RunTreeQuery)) bounds: Parsed<typeof RunTreeQuery>,
  ): Promise<RunTree> {
    return readRunTree(this.queries, run, bounds);
  }

  @Get('calls')
  @Describe({
    summary: 'The calls of a run, in order',
    query: PlaceQuery,
    answers: 'RunCallPage',
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async calls(
    @Param('id', KnownRun) { id }: RunSummary,
    @Query(ZodPipe.query(PlaceQuery)) { after, limit }: Parsed<typeof PlaceQuery>,
  ): Promise<RunCallPage> {
    const found = await this.queries.callsOf([id], after, limit + 1);
    const { entries, next } = cutByPlace(found, limit, ({ seq }) => seq);
    return { calls: entries.map(({ runId: _runId, ...call }) => call), next };
  }

  @Get('calls/:seq/runs')
  @ApiParam({ name: 'seq', schema: { type: 'integer' } })
  @Describe({
    summary: 'The children of a call, in the order of its inputs',
    query: PlaceQuery,
    answers: 'ChildRunPage',
    problems: ['MR_RUN_UNKNOWN', 'MR_QUERY_INVALID'],
  })
  async children(
    @Param('id', KnownRun) { id: runId }: RunSummary,
    @Param('seq', ParseIntPipe) seq: number,
    @Query(ZodPipe.query(PlaceQuery)) { after, limit }: Parsed<typeof PlaceQuery>,
  ): Promise<ChildRunPage> {
    const found = await this.queries.childrenOf([{ runId, seq }], after, limit + 1);
    const { entries, next } = cutByPlace(found, limit, ({ index }) => index);
    return { runs: entries.map(({ parentSeq: _parentSeq, ...child }) => child), next };
  }
}

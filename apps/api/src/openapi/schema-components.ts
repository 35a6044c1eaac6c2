import {
  CallNode,
  ChildNode,
  ChildRunPage,
  CreateRun,
  CreateRunBatch,
  FeedList,
  FileAccepted,
  FileDetail,
  FileDryRun,
  FilePage,
  FilesReloading,
  Problem,
  RejectPage,
  ReloadFiles,
  ResubmitReject,
  RunAccepted,
  RunBatchAccepted,
  RunCallPage,
  RunChildrenEvent,
  RunDetail,
  RunFeedGap,
  RunHint,
  RunLogEnd,
  RunLogLine,
  RunLogPage,
  RunPage,
  RunProgressEvent,
  RunStateEvent,
  RunSummary,
  RunTree,
  Stats,
  StatsTimeline,
  TaskDetail,
  TaskList,
} from '@millrace/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';

const CONTRACTS = {
  CallNode,
  ChildNode,
  ChildRunPage,
  CreateRun,
  CreateRunBatch,
  FeedList,
  FileAccepted,
  FileDetail,
  FileDryRun,
  FilePage,
  FilesReloading,
  Problem,
  RejectPage,
  ReloadFiles,
  ResubmitReject,
  RunAccepted,
  RunBatchAccepted,
  RunCallPage,
  RunChildrenEvent,
  RunDetail,
  RunFeedGap,
  RunHint,
  RunLogEnd,
  RunLogLine,
  RunLogPage,
  RunPage,
  RunProgressEvent,
  RunStateEvent,
  RunSummary,
  RunTree,
  Stats,
  StatsTimeline,
  TaskDetail,
  TaskList,
};

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
export type ContractName = keyof typeof CONTRACTS;

const addressOf = (name: string) => `#/components/schemas/${name}`;

/** Points at a contract in the OpenAPI document. */
export function schemaRef(name: ContractName): { $ref: string } {
  return { $ref: addressOf(name) };
}

/** The contracts as JSON Schema: generated from the shapes that parse requests and type answers, so there is one source. */
export function schemaComponents(): Schemas {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(CONTRACTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: addressOf });
  const withoutIdentity = Object.entries(schemas).map(([name, { $id: _id, $schema: _schema, ...schema }]) => [
    name,
    schema,
  ]);
  return Object.fromEntries(withoutIdentity) as Schemas;
}

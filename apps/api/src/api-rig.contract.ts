import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TASK_QUEUE } from '@millrace/bullmq';
import type { Config } from '@millrace/config';
import { Problem } from '@millrace/contracts';
import { InMemoryHintChannel, InMemoryTaskQueue, RunHints, TaskRegistry, type TaskQueue } from '@millrace/engine';
import { FeedRegistry, SHIPPED_FEEDS } from '@millrace/ingest';
import type { Database } from '@millrace/postgres';
import { openDatabaseRig, type DatabaseRig } from '@millrace/postgres/database-rig.contract';
import { defineTask } from '@millrace/sdk';
import { dryRunFile, loadFile, loadLargeFile, resubmitReject } from '@millrace/tasks';
import { Metrics, silentLogger } from '@millrace/telemetry';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from 'vitest';
import { z } from 'zod';
import { ApiModule } from './api.module.js';
import { createApi } from './create-api.js';

const QUEUE = 'greetings';
const greet = defineTask({
  id: 'greet',
  description: 'Greets a name.',
  input: z.strictObject({ name: z.string(), 'a/b': z.number().optional() }),
  result: z.string(),
  queue: QUEUE,
  retry: { maxAttempts: 5, initialDelay: '2s' },
  run: async ({ name }) => `Hello, ${name}!`,
});

@Global()
@Module({})
class QueueInSpec {
  static of(queue: TaskQueue): DynamicModule {
    return { module: QueueInSpec, providers: [{ provide: TASK_QUEUE, useValue: queue }], exports: [TASK_QUEUE] };
  }
}

/** The start of a run of `greet`. */
export const greetAda = { task: 'greet', input: { name: 'Ada' } };

/** A queue whose backend is away. */
export const absentQueue: TaskQueue = {
  deliver: () => Promise.reject(new Error('no queue')),
  deliverChildren: () => Promise.reject(new Error('no queue')),
  missing: () => Promise.reject(new Error('no queue')),
  sentinels: () => Promise.reject(new Error('no queue')),
  setSentinels: () => Promise.reject(new Error('no queue')),
  ping: () => Promise.reject(new Error('no queue')),
};

export interface ApiVariation {
  /** @default one in memory */
  readonly queue?: TaskQueue;
  readonly apiTokens?: readonly string[];
  readonly home?: string;
  /** Files are uploaded into `inbox`, of at most 1,000 bytes. @default there is no inbox */
  readonly inbox?: string;
  /** @default one that nobody tells anything */
  readonly hints?: RunHints;
}

/** A database of a spec file's own, the API on it, and a worker of its task's queue that claims what the spec says. */
export interface ApiRig extends DatabaseRig {
  readonly app: NestFastifyApplication;
  /** Starts a run of `greet`; gives its id. */
  readonly start: () => Promise<string>;
  /** What the API hears of runs. */
  readonly hints: RunHints;
  /** Loses some. */
  readonly tearHints: () => void;
}

/** Opens it in `beforeAll`, to be closed in `afterAll`. */
export async function openApiRig(variation: ApiVariation = {}): Promise<ApiRig> {
  const rig = await openDatabaseRig({ queues: [QUEUE] });
  const channel = new InMemoryHintChannel();
  const hints = new RunHints(channel);
  const app = await startApi(rig.database, { hints, ...variation });
  return {
    ...{ ...rig, app, hints },
    tearHints: () => channel.tear(),
    start: async () => {
      const answer = await app.inject({ method: 'POST', url: '/runs', payload: greetAda });
      return answer.json<{ id: string }>().id;
    },
    async close() {
      await app.close();
      await hints.close();
      await rig.close();
    },
  };
}

/** The API for specs, with one task, `greet`, those of files where there is an inbox, and no worker. */
export async function startApi(
  database: Database,
  { queue = new InMemoryTaskQueue(), apiTokens = [], home = tmpdir(), inbox, hints }: ApiVariation = {},
): Promise<NestFastifyApplication> {
  const http = { host: '127.0.0.1', port: 0, apiTokens, authOff: false };
  const files = {
    ...{
      home,
      inboxes: [inbox ?? join(home, 'no-inbox')],
      subfolders: false,
      archive: join(home, 'archive'),
      quarantine: join(home, 'quarantine'),
    },
    uploadLimitBytes: 1_000,
  };
  const config = { http, files } as unknown as Config;
  const defined = inbox === undefined ? [greet] : [greet, dryRunFile, loadFile, loadLargeFile, resubmitReject];
  const tasks = TaskRegistry.from(defined.map((value) => ({ value, origin: 'spec' })));
  const metrics = new Metrics('api');
  const parts = {
    ...{ config, logger: silentLogger, metrics, database, tasks },
    ...{ hints: hints ?? new RunHints(new InMemoryHintChannel()), feeds: new FeedRegistry(SHIPPED_FEEDS) },
  };
  const api = ApiModule.forParts(parts);
  return createApi({ module: class Root {}, imports: [QueueInSpec.of(queue), api] }, parts);
}

type Answer = Awaited<ReturnType<NestFastifyApplication['inject']>>;

/** Checks that an answer is a problem as RFC 9457 has it; gives it. */
export function problemOf(answer: Answer): Problem {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = Problem.parse(answer.json());
  expect(problem.status).toBe(answer.statusCode);
  expect(problem.instance).toBe(answer.headers['x-request-id']);
  return problem;
}

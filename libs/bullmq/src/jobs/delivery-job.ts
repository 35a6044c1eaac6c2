import { randomUUID } from 'node:crypto';
import type { JobPayload, RunDelivery } from '@millrace/contracts';
import type { FlowParent } from '@millrace/engine';
import type { Delivery } from '@millrace/runs';
import { toJobPriority } from './job-priority.js';
import type { JobList } from './listed-runs.port.js';
import { pagesOf } from './pages.js';

/** A delivery as BullMQ takes it. */
export interface DeliveryJob {
  /** The task's id. */
  readonly name: string;
  readonly data: JobPayload;
  readonly opts: {
    readonly jobId: string;
    readonly attempts: 1;
    readonly priority: number;
    /** Milliseconds. */
    readonly delay: number;
  };
}

/**
 * The id of a delivery's job. BullMQ adds nothing while any job with that id exists, ended ones included: without the
 * delivery number retries and wake-ups would be lost (R2).
 */
export function deliveryJobId({ runId, delivery }: Pick<Delivery, 'runId' | 'delivery'>): string {
  return `${runId}-${delivery}`;
}

/** The id of the job above a call's children: another one for each execution and call of a run. */
export function flowJobId({ runId, delivery, seq }: FlowParent): string {
  return `${runId}-${delivery}-${seq}-flow`;
}

/** Attempts are the run's, in PostgreSQL: for BullMQ each delivery is tried once. */
export function toDeliveryJob(delivery: Delivery): DeliveryJob {
  return {
    name: delivery.taskId,
    data: { kind: 'runs', runs: [[delivery.runId, delivery.delivery]] },
    opts: {
      jobId: deliveryJobId(delivery),
      attempts: 1,
      priority: toJobPriority(delivery.priority),
      delay: Math.max(0, delivery.dueAt.getTime() - Date.now()),
    },
  };
}

/** How many runs of a task one job names at most. */
export type ListLength = (taskId: string) => number;

/**
 * Jobs for many deliveries of one queue: those of one task and priority that are due go in lists, since a job costs the
 * backend and a worker the same whatever it names.
 */
export function toDeliveryJobs(deliveries: readonly Delivery[], longest: ListLength): DeliveryJob[] {
  const jobs: DeliveryJob[] = [];
  const due = new Map<string, Delivery[]>();
  for (const delivery of deliveries) {
    if (delivery.dueAt.getTime() > Date.now()) {
      jobs.push(toDeliveryJob(delivery));
      continue;
    }
    const kind = `${delivery.priority} ${delivery.taskId}`;
    const alike = due.get(kind);
    if (alike === undefined) due.set(kind, [delivery]);
    else alike.push(delivery);
  }
  for (const alike of due.values()) {
    for (const list of pagesOf(alike, longest((alike[0] as Delivery).taskId))) jobs.push(toListJob(list));
  }
  return jobs;
}

function toListJob(list: readonly Delivery[]): DeliveryJob {
  const job = toDeliveryJob(list[0] as Delivery);
  if (list.length === 1) return job;
  const runs = list.map(({ runId, delivery }): RunDelivery => [runId, delivery]);
  return { ...job, data: { kind: 'runs', runs }, opts: { ...job.opts, jobId: listJobId(runs), delay: 0 } };
}

/**
 * The id of a job that names several runs: the least and the greatest of their ids, between which PostgreSQL looks for a
 * run, and something that no list before it had. With the id of a run an ended list would block others.
 */
function listJobId(runs: readonly RunDelivery[]): string {
  const ids = runs.map(([runId]) => runId).sort();
  return `list-${ids[0] as string}-${ids.at(-1) as string}-${randomUUID().slice(0, 8)}`;
}

/** The lists among these jobs. */
export function listsOf(jobs: readonly DeliveryJob[]): JobList[] {
  return jobs.flatMap(({ data, opts }) =>
    data.kind === 'runs' && data.runs.length > 1 ? [{ jobId: opts.jobId, runs: data.runs }] : [],
  );
}

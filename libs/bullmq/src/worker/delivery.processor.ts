import { JobPayload, type RunDelivery } from '@millrace/contracts';
import type { DeliveryHandler } from '@millrace/engine';
import type { Logger } from '@millrace/telemetry';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Job } from 'bullmq';
import { InFlightDeliveries } from './in-flight-deliveries.js';
import { workOffList } from './list-work.js';
import { RepeatedErrorLog } from '../repeated-error-log.js';
import type { RunLists } from './run-lists.js';
import { withinTimeLimit } from '../time-limit.js';

const BOOT_LIMIT_MS = 10_000;

export interface DeliveryProcessorOptions {
  readonly logger: Logger;
  /** Milliseconds that handlers have to end when the process stops. */
  readonly graceMs: number;
  /** Whether boot fails when the backend does not answer. */
  readonly needsBackendAtBoot: boolean;
  /** Makes a backend that is away stay away, so that the worker can close. */
  readonly stopReconnecting: () => void;
}

/**
 * Takes the jobs of one queue and gives each to the delivery handler; BullMQ decides nothing (R2).
 *
 * A handler that resolves has committed the delivery's outcome, a failed attempt included: the job is completed. One
 * that rejects could not even claim its run: the job fails, the row is still queued, and the sweep, which counts a
 * failed job as missing, delivers the run again under the next number. (Once it has claimed, the handler writes until
 * the database answers.) Nothing is tried again from here: BullMQ would do it in a tight loop against a database that is
 * away. When a worker is killed its job stalls and comes back; its delivery is no longer the row's by then, or the claim
 * decides.
 */
export class DeliveryProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #inFlight = new InFlightDeliveries();
  #stopping = false;
  readonly #backendErrors: RepeatedErrorLog;
  readonly #unhandled: RepeatedErrorLog;

  constructor(
    private readonly handler: DeliveryHandler,
    private readonly lists: RunLists,
    private readonly options: DeliveryProcessorOptions,
  ) {
    super();
    this.#backendErrors = new RepeatedErrorLog(options.logger, 'queue backend error');
    this.#unhandled = new RepeatedErrorLog(
      options.logger,
      'delivery not handled; the sweep will deliver the run again',
    );
  }

  /** Takes no job before the whole application is up. */
  async onApplicationBootstrap(): Promise<void> {
    const { worker } = this;
    if (this.options.needsBackendAtBoot) {
      await withinTimeLimit(`start the worker of queue ${worker.name}`, BOOT_LIMIT_MS, () => worker.waitUntilReady());
    }
    worker.run().catch(this.#backendErrors.report);
  }

  /** BullMQ keeps what this gives as the job's return value: nothing. */
  async process(job: Job<unknown>): Promise<void> {
    const payload = JobPayload.safeParse(job.data);
    if (!payload.success) {
      const { logger } = this.options;
      logger.error(
        { queue: job.queueName, job: job.id, issues: payload.error.issues },
        'job is not a delivery; acknowledged and left undone, remove whatever adds such jobs to this queue',
      );
      return;
    }
    const { data } = payload;
    const isList = data.kind === 'runs' && data.runs.length > 1;
    await this.#inFlight.track(isList ? this.#handleList(job, data.runs) : this.handler.handle(data));
  }

  async #handleList(job: Job<unknown>, runs: readonly RunDelivery[]): Promise<void> {
    const { lists, handler } = this;
    // Left behind by a backend that is away they say no more than that a job has ended.
    const forget = (handled: readonly RunDelivery[]) =>
      void lists.unlist(job, handled).catch(this.#backendErrors.report);
    const end = (handled: readonly RunDelivery[]) => void lists.end(job, handled).catch(this.#backendErrors.report);
    const onFailed = (error: unknown) => this.#unhandled.report(error as Error);
    if (handler.takesLists?.(job.name) === true) {
      await handler.handle({ kind: 'runs', runs: [...runs] }).catch(onFailed);
      return end(runs);
    }
    await workOffList(runs, {
      handler,
      forget,
      end,
      onFailed,
      giveBack: async (rest) => {
        try {
          await lists.giveBack(job, rest);
          return true;
        } catch (error) {
          this.onError(error as Error);
          return false;
        }
      },
      stopping: () => this.#stopping,
    });
  }

  /** Stops taking jobs and waits for the handlers, `graceMs` at most; what has not ended then is left to the sweep. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    const closed = this.worker.close();
    await this.#inFlight.drain(this.options.graceMs);
    this.options.stopReconnecting();
    await closed;
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.#backendErrors.report(error);
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job | undefined, error: Error): void {
    this.#unhandled.report(error);
  }
}

import { TASK_QUEUE } from '@millrace/bullmq';
import type { Config } from '@millrace/config';
import type { TaskQueue } from '@millrace/engine';
import { Database } from '@millrace/postgres';
import type { Logger } from '@millrace/telemetry';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { CONFIG, LOGGER } from '../api-parts.js';
import { ProblemError } from '../problems/problem.errors.js';
import { requireDiskSpace } from './disk-space.js';

/** A check that takes longer has failed; probes give up soon after. */
const CHECK_LIMIT_MS = 2_000;
/** Shorter, since a queue that is away must not make the whole answer late: Kubernetes waits 1 s unless told otherwise. */
const QUEUE_LIMIT_MS = 500;

/** Whether each thing a check looked at is `up`, `degraded` or `down`; why not is in the log, for this answer needs no token. */
export interface ReadinessReport {
  readonly status: string;
  readonly checks: Readonly<Record<string, string>>;
}

/** Whether requests can be served now. */
@Injectable()
export class Readiness {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    @Inject(TASK_QUEUE) private readonly queue: TaskQueue,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ProblemError MR_NOT_READY when PostgreSQL or the disk is down */
  async check(): Promise<ReadinessReport> {
    const checks = [() => this.#postgresql(), () => this.#taskQueue(), () => this.#disk()];
    const result = await this.health.check(checks).catch(resultOfFailure);
    const report = toReport(result);
    if (result.status !== 'ok') this.logger.warn({ checks: result.details }, 'readiness');
    if (result.status === 'error') {
      throw new ProblemError('MR_NOT_READY', 'Not everything this process needs is there: see checks.', report);
    }
    return report;
  }

  #postgresql() {
    const ping = async () => void (await this.database.query('SELECT 1'));
    return this.indicators.check('postgresql').attempt(ping).withTimeout(CHECK_LIMIT_MS);
  }

  /** Without its queue the API still takes runs, and a sweep delivers them once it is back: degraded, not down. */
  async #taskQueue() {
    const check = this.indicators.check('queue');
    const found = await check.attempt(() => this.queue.ping()).withTimeout(QUEUE_LIMIT_MS);
    return found.queue.status === 'up' ? found : check.degraded(String(found.queue['message']));
  }

  #disk() {
    const look = () => requireDiskSpace(this.config.files.home);
    return this.indicators.check('disk').attempt(look).withTimeout(CHECK_LIMIT_MS);
  }
}

/** Terminus throws its result when a check is down. */
function resultOfFailure(error: unknown): HealthCheckResult {
  if (error instanceof HttpException) return error.getResponse() as HealthCheckResult;
  throw error;
}

function toReport({ status, details }: HealthCheckResult): ReadinessReport {
  return { status, checks: Object.fromEntries(Object.entries(details).map(([name, found]) => [name, found.status])) };
}

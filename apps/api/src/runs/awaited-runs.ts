import { RunWaits } from '@millrace/engine';
import { type RunReading, RunQueries } from '@millrace/postgres';
import { isTerminal } from '@millrace/runs';
import { type Duration, toMilliseconds } from '@millrace/sdk';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { embedJson } from '../http/embed-json.js';
import { untilClosed } from '../http/until-closed.js';

/** Runs as they stand once they have ended, or the time to wait is over. */
@Injectable()
export class AwaitedRuns {
  constructor(
    private readonly runs: RunQueries,
    private readonly waits: RunWaits,
  ) {}

  /** Undefined when there is no such run. Without `wait`, and when the caller goes away, it waits no longer. */
  async read(id: string, wait: string | undefined, reply: FastifyReply): Promise<RunReading | undefined> {
    const reading = await this.runs.read(id);
    if (reading === undefined || wait === undefined || hasEnded(reading)) return reading;
    await this.waits.untilEnded(id, toMilliseconds(wait as Duration), untilClosed(reply));
    // Kept alive, the connection would keep the server from closing.
    if (this.waits.stopped) void reply.header('connection', 'close');
    return this.runs.read(id);
  }
}

/** Whether the run of a reading has ended. */
export function hasEnded({ run }: RunReading): boolean {
  return isTerminal(run.state);
}

/** The JSON of a run; large documents as they are stored. */
export function toRunJson({ run, inputJson, resultJson }: RunReading): string {
  return embedJson(run, { input: inputJson, result: resultJson });
}

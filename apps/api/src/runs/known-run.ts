import type { RunSummary } from '@millrace/contracts';
import { RunQueries } from '@millrace/postgres';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { uuidIn } from '../http/uuid-in.js';
import { ProblemError } from '../problems/problem.errors.js';

/** Turns the id in a path into its run. @throws ProblemError MR_RUN_UNKNOWN */
@Injectable()
export class KnownRun implements PipeTransform<string, Promise<RunSummary>> {
  constructor(private readonly runs: RunQueries) {}

  async transform(text: string): Promise<RunSummary> {
    const id = uuidIn(text);
    const run = id && (await this.runs.summary(id));
    if (!run) throw unknownRun(text);
    return run;
  }
}

/** The problem of an id that no run has. */
export function unknownRun(id: string): ProblemError {
  return new ProblemError('MR_RUN_UNKNOWN', `There is no run "${id}". GET /runs lists them; ids are UUIDs.`);
}

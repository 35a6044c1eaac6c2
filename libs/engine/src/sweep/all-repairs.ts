import { ExpiredRuns } from './expired-runs.js';
import { LostAttempts } from './lost-attempts.js';
import { LostQueues } from './lost-queues.js';
import { MarkedRuns } from './marked-runs.js';
import { MiscountedCalls } from './miscounted-calls.js';
import { MissedAdmissions } from './missed-admissions.js';
import { OverdueRuns } from './overdue-runs.js';
import type { Repair } from './repair.port.js';
import { StrandedRuns } from './stranded-runs.js';
import type { SweepParts } from './sweep-parts.js';
import { UnknownTasks } from './unknown-tasks.js';
import { UnwokenParents } from './unwoken-parents.js';

/** Every kind of repair; a new kind is its own file and one line here. */
export function allRepairs(parts: SweepParts): readonly Repair[] {
  return [
    new LostAttempts(parts),
    new StrandedRuns(parts),
    new UnwokenParents(parts),
    new LostQueues(parts),
    new OverdueRuns(parts),
    new MissedAdmissions(parts),
    new MiscountedCalls(parts),
    new MarkedRuns(parts),
    new ExpiredRuns(parts),
    new UnknownTasks(parts),
  ];
}

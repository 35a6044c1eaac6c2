import { archiveIsWhole } from './archive.js';
import { cancelledTreesRest } from './cancelled.js';
import { correctionsHold, grownFilesSupersede, latestIsNewest, ledgerAddsUp } from './corrections.js';
import { claimsComeFirst, lateWritesAreRefused, waitingHoldsNoSlot } from './fence.js';
import { filesLoadOnce } from './files.js';
import type { Invariant } from './invariant.js';
import { claimsAreNumbered, terminalRunsStay, trailsAreWhole } from './moves.js';
import { nothingCrashes } from './crashes.js';
import { callsAreCounted, parentsSawTheirChildren } from './parents.js';
import { lastVersionsAreLoaded } from './replaced.js';
import { answersAreForeseen, resultsAreRight } from './results.js';
import { acknowledgedRunsExist, keysNameOneRun, runsEnd } from './runs-end.js';

/** What must hold whatever is done to the system. */
export const INVARIANTS: readonly Invariant[] = [
  { promise: 'every accepted run reaches a terminal state', check: runsEnd },
  { promise: 'no acknowledged run is missing', check: acknowledgedRunsExist },
  { promise: 'an idempotency key never yields two runs', check: keysNameOneRun },
  { promise: 'the engine never moves a terminal run', check: terminalRunsStay },
  { promise: 'every change of a run begins where the last one ended', check: trailsAreWhole },
  { promise: 'claims and deliveries are numbered without a gap', check: claimsAreNumbered },
  { promise: 'a claim is committed before the first line of user code', check: claimsComeFirst },
  { promise: 'execution n writes nothing once n+1 is claimed', check: lateWritesAreRefused },
  { promise: 'a waiting parent holds no slot', check: waitingHoldsNoSlot },
  { promise: "a parent saw exactly its children's recorded results", check: parentsSawTheirChildren },
  { promise: 'pending and failed of every call are counted from its children', check: callsAreCounted },
  { promise: 'no descendant is claimed after a cancel is answered', check: cancelledTreesRest },
  { promise: 'runs end as their tasks say, with the right results', check: resultsAreRight },
  { promise: 'every answer is one that a client can act on', check: answersAreForeseen },
  { promise: "each content's rows are there once or not at all", check: filesLoadOnce },
  { promise: 'the rows that carry a content are those that the ledger counts', check: ledgerAddsUp },
  { promise: 'the latest status of a vehicle is its newest report', check: latestIsNewest },
  { promise: 'files are as their last correction left them', check: correctionsHold },
  { promise: 'a file that has grown is loaded whole in place of what it was', check: grownFilesSupersede },
  { promise: 'of a file that was replaced the last version is loaded', check: lastVersionsAreLoaded },
  { promise: 'the archive holds every file that was loaded, byte for byte', check: archiveIsWhole },
  { promise: 'no process that serves ends by itself', check: nothingCrashes },
];

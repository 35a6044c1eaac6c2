import { describe, expect, it } from 'vitest';
import type { FileRow, Evidence, ExecutionRow, RunRow } from '../evidence.js';
import type { Correction, JournalEntry } from '../journal.js';
import { digestOf, sightOf } from '../seen.js';
import { cancelledTreesRest } from './cancelled.js';
import { nothingCrashes } from './crashes.js';
import { evidenceOf, fileRow, runsOf, trailOf } from './evidence-of.js';
import { faultsMetRuns } from './faults-met-runs.js';
import { claimsComeFirst, lateWritesAreRefused, waitingHoldsNoSlot } from './fence.js';
import { correctionsHold, grownFilesSupersede, latestIsNewest, ledgerAddsUp } from './corrections.js';
import { filesLoadOnce } from './files.js';
import { claimsAreNumbered, terminalRunsStay, trailsAreWhole } from './moves.js';
import { callsAreCounted, parentsSawTheirChildren } from './parents.js';
import { resultsAreRight } from './results.js';
import { acknowledgedRunsExist, keysNameOneRun, runsEnd } from './runs-end.js';

const sent = (tag: string): JournalEntry => ({ what: 'sent', tag, task: 'chaos-noop', input: { tag, n: 1 } });
const accepted = (tag: string, runId: string): JournalEntry => ({ what: 'accepted', tag, runId });
const execution = (parts: Partial<ExecutionRow>): ExecutionRow => ({
  ...{ run_id: 'r', epoch: 1, attempt: 1, pid: 1, committed_epoch: 1, outcome: 'returned', started_ms: 0, ended_ms: 1 },
  ...parts,
});
const messages = (check: (evidence: Evidence) => { message: string }[], parts: Partial<Evidence>) =>
  check(evidenceOf(parts)).map(({ message }) => message);

describe('that every run ends', () => {
  it('is broken by a run that still waits', () => {
    const runs = runsOf({ id: 'a' }, { id: 'b', state: 'waiting' });
    expect(messages(runsEnd, { runs })).toEqual(['chaos-noop is still waiting']);
  });
});

describe('that what is acknowledged is there', () => {
  it('is broken by an acknowledged run without a row', () => {
    expect(messages(acknowledgedRunsExist, { journal: [accepted('t', 'a')] })).toEqual([
      'run a was acknowledged and is not there',
    ]);
  });

  it("is broken by another request's run", () => {
    const journal = [accepted('other', 'a')];
    expect(messages(acknowledgedRunsExist, { journal, runs: runsOf({ id: 'a' }) })).toHaveLength(1);
  });
});

describe('that a key names one run', () => {
  it('holds for a run answered twice', () => {
    const journal = [sent('t'), accepted('t', 'a'), accepted('t', 'a')];
    expect(messages(keysNameOneRun, { journal, runs: runsOf({ id: 'a' }) })).toEqual([]);
  });

  it('is broken by a second row that nobody was told of', () => {
    const runs = runsOf({ id: 'a' }, { id: 'b' });
    expect(messages(keysNameOneRun, { journal: [sent('t')], runs })).toEqual(['request t has 2 runs']);
  });

  it('is broken by a run that nobody asked for', () => {
    expect(messages(keysNameOneRun, { runs: runsOf({ id: 'a' }) })).toEqual(['nobody asked for the run of request t']);
  });
});

describe('that terminal runs stay', () => {
  const reopened = trailOf('a', ['queued', 'running', 'failed', 'queued'], [{}, {}, {}, { attempt: 2 }]);

  it('is broken by one that is queued again', () => {
    expect(messages(terminalRunsStay, { audit: reopened })).toEqual(['moved from failed to queued']);
  });

  it('holds when a person has retried it', () => {
    const journal: JournalEntry[] = [{ what: 'retry-sent', runId: 'a', dbMs: 0 }];
    expect(messages(terminalRunsStay, { audit: reopened, journal })).toEqual([]);
  });

  it.each([
    ['holds when its parent began another attempt since it failed', { queued: 22, claimed: 25, attempt: 2 }, true],
    ['holds when that attempt was queued before', { queued: 15, claimed: 25, attempt: 2 }, true],
    ['is broken when it failed under that attempt', { queued: 12, claimed: 15, attempt: 2 }, false],
    ['is broken when its parent was replayed under the same', { queued: 22, claimed: 25, attempt: 1 }, false],
  ])('%s', (_, { queued, claimed, attempt }, holds) => {
    const states = ['queued', 'running', 'queued', 'running'];
    const again = [
      { at_ms: queued, attempt },
      { at_ms: claimed, attempt },
    ];
    const parent = trailOf('p', states, [{ at_ms: 0 }, { at_ms: 1 }, ...again]);
    const runs = runsOf({ id: 'a', parent_id: 'p' }, { id: 'p' });
    const moved = messages(terminalRunsStay, { runs, audit: new Map([...reopened, ...parent]) });
    expect(moved).toEqual(holds ? [] : ['moved from failed to queued']);
  });

  it('is broken by a success that is reopened, retry or not', () => {
    const audit = trailOf('a', ['queued', 'running', 'succeeded', 'queued'], [{}, {}, {}, { attempt: 2 }]);
    const journal: JournalEntry[] = [{ what: 'retry-sent', runId: 'a', dbMs: 0 }];
    expect(messages(terminalRunsStay, { audit, journal })).toEqual(['moved from succeeded to queued']);
  });

  it('is broken by a run that ends without being claimed', () => {
    expect(messages(terminalRunsStay, { audit: trailOf('a', ['queued', 'succeeded']) })).toHaveLength(1);
  });
});

describe('that a trail is whole', () => {
  it('is broken by a run that is deleted', () => {
    const audit = trailOf('a', ['queued', 'running'], [{}, { new_state: null }]);
    expect(messages(trailsAreWhole, { audit })).toEqual(['was deleted']);
  });

  it('is broken by a row that the trail does not lead to', () => {
    const parts = { audit: trailOf('a', ['queued', 'running']), runs: runsOf({ id: 'a' }) };
    expect(messages(trailsAreWhole, parts)).toEqual(['is succeeded, and its trail does not say so']);
  });
});

describe('that claims are numbered', () => {
  it('holds for a run that was suspended and woken', () => {
    const audit = trailOf('a', ['queued', 'running', 'waiting', 'queued', 'running', 'succeeded']);
    expect(messages(claimsAreNumbered, { audit })).toEqual([]);
  });

  it('is broken by a claim under the same epoch', () => {
    const audit = trailOf('a', ['queued', 'running', 'queued', 'running'], [{}, {}, {}, { epoch: 1 }]);
    expect(messages(claimsAreNumbered, { audit })).toEqual(['epoch went from 1 to 1']);
  });

  it('is broken by an entry into queued under the same delivery', () => {
    const audit = trailOf('a', ['queued', 'running', 'queued'], [{}, {}, { delivery: 1 }]);
    expect(messages(claimsAreNumbered, { audit })).toEqual(['delivery went from 1 to 1 as it became queued']);
  });
});

describe('that the claim comes first', () => {
  it('is broken by code that ran before its claim was there for everybody to see', () => {
    expect(messages(claimsComeFirst, { executions: [execution({ committed_epoch: 0 })] })).toEqual([
      'execution 1 began while the row was at epoch 0',
    ]);
  });

  it('is broken by two executions of one epoch', () => {
    expect(messages(claimsComeFirst, { executions: [execution({}), execution({})] })).toEqual([
      'execution 1 took place twice',
    ]);
  });
});

describe('that late writes are refused', () => {
  it('is broken by a result of an earlier execution', () => {
    const parts = { runs: runsOf({ id: 'r', epoch: 2 }), executions: [execution({}), execution({ epoch: 2 })] };
    expect(messages(lateWritesAreRefused, parts)).toEqual(['execution 1 ended the run of epoch 2']);
  });

  it('is broken by a result without an execution that returned', () => {
    const parts = { runs: runsOf({ id: 'r' }), executions: [execution({ outcome: null })] };
    expect(messages(lateWritesAreRefused, parts)).toHaveLength(1);
  });

  it('is broken by a failure of an earlier execution', () => {
    const row = { id: 'r', state: 'failed', epoch: 3, result: null, error_message: 'doomed, epoch 2' };
    expect(messages(lateWritesAreRefused, { runs: runsOf(row) })).toEqual(['execution 2 failed the run of epoch 3']);
  });

  it('is broken by a step of an earlier execution', () => {
    const stepValues = [{ run_id: 'r', seq: 0, value_epoch: 1, run_epoch: 2 }];
    expect(messages(lateWritesAreRefused, { stepValues })).toEqual(['execution 1 recorded step 0 at epoch 2']);
  });
});

describe('that a waiting parent holds no slot', () => {
  // Claimed after 10 ms, and moved after 20.
  const audit = new Map([
    ...trailOf('a', ['queued', 'running', 'waiting']),
    ...trailOf('b', ['queued', 'running', 'succeeded']),
  ]);
  const twoRuns = (a: Partial<ExecutionRow>, b: Partial<ExecutionRow>, run: Partial<RunRow> = {}) => ({
    ...{ audit, runs: runsOf({ id: 'a' }, { id: 'b', ...run }), slots: 1 },
    executions: [execution({ run_id: 'a', ...a }), execution({ run_id: 'b', ...b })],
  });
  const violation = 'worker w executed 2 runs of queue default in 1 slots';

  it('is broken by a worker that executes more functions of a queue than it has slots for it', () => {
    const parts = twoRuns({ started_ms: 11, ended_ms: 14 }, { started_ms: 13, ended_ms: 15 });
    expect(messages(waitingHoldsNoSlot, parts)).toEqual([violation]);
    expect(messages(waitingHoldsNoSlot, { ...parts, slots: 2 })).toEqual([]);
  });

  it('holds for a function that begins where another one has settled whose run is not ended yet', () => {
    const parts = twoRuns({ started_ms: 11, ended_ms: 14 }, { started_ms: 14, ended_ms: 15 });
    expect(messages(waitingHoldsNoSlot, parts)).toEqual([]);
  });

  it('is broken by a function that begins while another one is still to be suspended, and holds once it is', () => {
    const open = { started_ms: 11, ended_ms: null };
    expect(messages(waitingHoldsNoSlot, twoRuns(open, { started_ms: 19, ended_ms: 21 }))).toEqual([violation]);
    expect(messages(waitingHoldsNoSlot, twoRuns(open, { started_ms: 20, ended_ms: 21 }))).toEqual([]);
  });

  it('holds for runs of another queue', () => {
    const parts = twoRuns({ started_ms: 11, ended_ms: 14 }, { started_ms: 13, ended_ms: 15 }, { queue: 'other' });
    expect(messages(waitingHoldsNoSlot, parts)).toEqual([]);
  });
});

describe('that parents saw their children', () => {
  const child = { id: 'c', parent_id: 'p', result: '{"epoch":1,"value":4}' };
  const parent = (result: unknown) => {
    const seen = digestOf([sightOf({ succeeded: true, runId: 'c', result })]);
    return { id: 'p', result: JSON.stringify({ epoch: 1, value: 4, seen }) };
  };

  it('holds when the digest is that of the rows', () => {
    const runs = runsOf(parent({ epoch: 1, value: 4 }), child);
    expect(messages(parentsSawTheirChildren, { runs })).toEqual([]);
  });

  it('is broken by another result', () => {
    const runs = runsOf(parent({ epoch: 1, value: 5 }), child);
    expect(messages(parentsSawTheirChildren, { runs })).toHaveLength(1);
  });

  it('is broken by a call that miscounts its children', () => {
    const call = { run_id: 'p', seq: 0, pending: 1, failed: 0, ended: 3, ended_badly: 0, children: 3 };
    expect(messages(callsAreCounted, { miscounted: [call] })).toHaveLength(1);
  });
});

describe('that cancelled trees rest', () => {
  const runs = runsOf({ id: 'a' }, { id: 'b', root_id: 'a', parent_id: 'a', ancestors: ['a'] });
  const audit = trailOf('b', ['queued', 'running']);
  const cancelledAt = (dbMs: number): JournalEntry => ({ what: 'cancelled', runId: 'a', dbMs });

  it('is broken by a descendant whose claim was committed after the answer', () => {
    expect(messages(cancelledTreesRest, { runs, audit, journal: [cancelledAt(5)] })).toHaveLength(1);
  });

  it('holds for a claim before it', () => {
    expect(messages(cancelledTreesRest, { runs, audit, journal: [cancelledAt(15)] })).toEqual([]);
  });

  it('holds for a claim after a retry', () => {
    const journal: JournalEntry[] = [cancelledAt(5), { what: 'retry-sent', runId: 'a', dbMs: 7 }];
    expect(messages(cancelledTreesRest, { runs, audit, journal })).toEqual([]);
  });
});

describe('that results are right', () => {
  it('is broken by a wrong value', () => {
    const runs = runsOf({ id: 'a', result: '{"epoch":1,"value":2}' });
    expect(messages(resultsAreRight, { runs })).toEqual(['chaos-noop is succeeded (2), not succeeded with 1']);
  });

  it('lets a parent whose worker was lost have its failed child mended, and no other', () => {
    const mended = {
      input: '{"tag":"t","n":1,"width":2}',
      result: '{"epoch":1,"value":4}',
      task_id: 'chaos-repairable',
    };
    const runs = (attempt: number) => runsOf({ id: 'a', ...mended, attempt });
    expect(messages(resultsAreRight, { runs: runs(2) })).toEqual([]);
    expect(messages(resultsAreRight, { runs: runs(1) })).toEqual(['chaos-repairable is succeeded (4), not failed']);
  });

  it('asks nothing of a run that somebody cancelled', () => {
    const runs = runsOf({ id: 'a', state: 'cancelled', result: null });
    expect(messages(resultsAreRight, { runs, journal: [{ what: 'cancel-sent', runId: 'a' }] })).toEqual([]);
  });
});

const file = fileRow({});

describe('that files load once', () => {
  const journal: JournalEntry[] = [{ what: 'dropped', file: 'f', vehicle: 'v', events: 2, detections: 4 }];

  it('holds for rows that are there once', () => {
    expect(messages(filesLoadOnce, { journal, files: [file], detections: new Map([['v', 4]]) })).toEqual([]);
  });

  it('is broken by rows that are there twice, or in part', () => {
    for (const n of [8, 3]) {
      expect(messages(filesLoadOnce, { journal, files: [file], detections: new Map([['v', n]]) })).toHaveLength(1);
    }
  });

  it('is broken by a file that nobody found', () => {
    expect(messages(filesLoadOnce, { journal })).toEqual(['f was dropped and never found']);
  });

  const twins: JournalEntry[] = ['f', 'twin'].map((name) => ({ ...journal[0], file: name }) as JournalEntry);
  const lost = { state: 'failed', run_state: 'failed', sha256: null, records: null };
  const judged = (first: Partial<FileRow>, second: Partial<FileRow>, rows: number) =>
    messages(filesLoadOnce, {
      journal: twins,
      files: [fileRow(first), fileRow({ name: 'twin', ...second })],
      detections: new Map([['v', rows]]),
    });

  it('holds for twins one of which, or each, lost its worker at every attempt', () => {
    expect(judged({}, { state: 'duplicate' }, 4)).toEqual([]);
    expect(judged({}, lost, 4)).toEqual([]);
    expect(judged(lost, {}, 4)).toEqual([]);
    expect(judged(lost, lost, 0)).toEqual([]);
  });

  it('is broken by twins that are both loaded, or neither, and by rows of a lost one', () => {
    expect(judged({}, {}, 8)).toHaveLength(1);
    expect(judged({ state: 'duplicate' }, lost, 0)).toHaveLength(1);
    expect(judged(lost, lost, 4)).toHaveLength(1);
    expect(judged({}, lost, 8)).toHaveLength(1);
    expect(judged(lost, { state: 'quarantined' }, 0)).toHaveLength(1);
  });
});

describe('that the ledger adds up', () => {
  const content = { id: '1', state: 'loaded', rows: 3, given: 3 };

  it('holds for contents with the rows they gave, and none once they are taken back', () => {
    const contents = [content, { ...content, state: 'unloaded', given: 0 }];
    expect(messages(ledgerAddsUp, { contents })).toEqual([]);
  });

  it('is broken by rows that are missing, stayed, or belong to no content', () => {
    const contents = [
      { ...content, given: 2 },
      { ...content, state: 'superseded' },
      { ...content, id: null, state: null },
    ];
    expect(messages(ledgerAddsUp, { contents })).toHaveLength(3);
  });

  it('is broken by a latest status that is not the newest report', () => {
    const staleStatuses = [{ vehicle_id: 'v', latest: 'driving', newest: 'accident' }];
    expect(messages(latestIsNewest, { staleStatuses })).toHaveLength(1);
  });
});

describe('that corrections hold', () => {
  const made = (correction: Correction, runId: string): JournalEntry[] => [
    { what: 'correction-sent', correction, fileId: 'i' },
    { what: 'corrected', correction, fileId: 'i', runId },
  ];
  const runs = runsOf({ id: 'done' }, { id: 'lost', state: 'failed' });

  it('holds for a file that is as the last one left it that succeeded', () => {
    const journal = [...made('resubmit', 'done'), ...made('unload', 'lost')];
    expect(messages(correctionsHold, { journal, runs, files: [file] })).toEqual([]);
  });

  it('is broken by one that succeeded and left no trace', () => {
    const rejecting = { ...file, rejected: 1 };
    expect(messages(correctionsHold, { journal: made('unload', 'done'), runs, files: [file] })).toHaveLength(1);
    expect(messages(correctionsHold, { journal: made('resubmit', 'done'), runs, files: [rejecting] })).toHaveLength(1);
  });

  it('asks nothing of a file of which an answer was lost', () => {
    const journal: JournalEntry[] = [
      ...made('unload', 'done'),
      { what: 'correction-sent', correction: 'reload', fileId: 'i' },
    ];
    expect(messages(correctionsHold, { journal, runs, files: [file] })).toEqual([]);
  });
});

describe('that a grown file supersedes', () => {
  const journal: JournalEntry[] = [{ what: 'grown', file: 'f', records: 5 }];
  const former = { ...file, state: 'superseded' };
  const whole = { ...file, records: 5 };

  it('holds for the whole in place of what it was, and for what it was when its workers were lost', () => {
    expect(messages(grownFilesSupersede, { journal, files: [former, whole] })).toEqual([]);
    const lost = { ...whole, state: 'failed', run_state: 'failed' };
    expect(messages(grownFilesSupersede, { journal, files: [file, lost] })).toEqual([]);
  });

  it('is broken by both, by a part, and by one that nobody found', () => {
    for (const files of [[file, whole], [former, file], [file]]) {
      expect(messages(grownFilesSupersede, { journal, files })).toHaveLength(1);
    }
  });
});

describe('that no process crashes', () => {
  const end = { name: 'api', wasReady: true, code: 1 };

  it('is broken by one that served', () => {
    expect(messages(nothingCrashes, { ownEnds: [end] })).toEqual(['api ended by itself, with code 1']);
  });

  it('holds for one that found no database at boot, and one that asked to be replaced', () => {
    expect(
      messages(nothingCrashes, {
        ownEnds: [
          { ...end, wasReady: false },
          { ...end, code: 75 },
        ],
      }),
    ).toEqual([]);
  });
});

describe('that faults met runs', () => {
  it('is broken by a kind of fault that met no waiting run', () => {
    const fault = { kind: 'kill-worker', atMs: 0, target: 0, lastsMs: 0 } as const;
    const journal: JournalEntry[] = [{ what: 'fault', fault, beganMs: 15 }];
    const audit = new Map([...trailOf('a', ['queued']), ...trailOf('b', ['queued', 'running'])]);
    const found = faultsMetRuns(evidenceOf({ journal, audit }), ['kill-worker', 'kill-api']);
    expect(found.map(({ message }) => message)).toEqual([
      'kill-worker never met a run that was waiting',
      'kill-api never took place',
    ]);
  });
});

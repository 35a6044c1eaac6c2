import type { ChaosRun } from './chaos-run.js';
import type { AuditRow, Evidence, ExecutionRow } from './evidence.js';
import { faultsMetRuns, meetings } from './invariants/faults-met-runs.js';
import type { Invariant, Violation } from './invariants/invariant.js';
import { INVARIANTS } from './invariants/invariants.js';
import type { OwnEnd } from './service-process.js';

const SHOWN = 5;

export interface Verdict {
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

/**
 * Judges a run of chaos by all invariants.
 * @param mustMeet kinds of faults that must have met runs in each state; none for runs too short to ask for it
 */
export function judge({ evidence }: ChaosRun, mustMeet: readonly string[]): Verdict {
  const coverage: Invariant = {
    promise: 'every kind of fault met runs that were queued, running and waiting',
    check: () => faultsMetRuns(evidence, mustMeet),
  };
  const judged = [...INVARIANTS, ...(mustMeet.length > 0 ? [coverage] : [])].map(({ promise, check }) => ({
    promise,
    violations: check(evidence),
  }));
  const failed = judged.filter(({ violations }) => violations.length > 0).length;
  const lines = [
    ...summary(evidence),
    '',
    ...judged.flatMap(({ promise, violations }) => [
      `${violations.length === 0 ? 'ok    ' : 'FAILED'} ${promise}${violations.length === 0 ? '' : ` (${violations.length} times)`}`,
      ...violations.slice(0, SHOWN).flatMap((violation) => describe(violation, evidence)),
    ]),
    ...(mustMeet.length > 0 ? [] : ['-      too short to ask that every kind of fault met every state']),
  ];
  return { lines, passed: judged.length - failed, failed };
}

function summary({ journal, runs, executions, audit, files, ownEnds }: Evidence): string[] {
  const entries = journal.map(({ what }) => what);
  const states = counts([...runs.values()].map(({ state }) => state));
  const codes = counts([...runs.values()].flatMap(({ error_code }) => error_code ?? []));
  const met = [...meetings({ journal, audit })].map(
    ([kind, { faults, queued, running, waiting }]) =>
      `  ${kind.padEnd(17)} ${faults} x, met ${queued} queued, ${running} running, ${waiting} waiting runs`,
  );
  return [
    'faults:',
    ...(met.length > 0 ? met : ['  none']),
    `requests: ${describeCounts(counts(entries.filter((what) => what !== 'fault')))}`,
    `runs: ${runs.size} (${describeCounts(states)}) in ${executions.length} executions; files: ${files.length}`,
    `errors: ${describeCounts(codes)}`,
    `processes that ended by themselves: ${describeCounts(counts(ownEnds.map(describeEnd)))}`,
  ];
}

function describe({ message, runs }: Violation, { runs: rows, audit, executions, journal }: Evidence): string[] {
  const trails = runs
    .slice(0, 2)
    .flatMap((id) => [
      `         run ${id} ${rows.get(id)?.task_id ?? ''}`,
      ...(audit.get(id) ?? []).slice(-12).map((row) => `           ${describeMove(row)}`),
      ...executions.filter(({ run_id }) => run_id === id).map((row) => `           ${describeExecution(row)}`),
      ...journal.flatMap((entry) =>
        'runId' in entry && entry.runId === id ? [`           journal: ${entry.what}`] : [],
      ),
    ]);
  return [`       - ${message}`, ...trails];
}

function describeExecution({ started_ms, epoch, pid, outcome }: ExecutionRow): string {
  return `${timeOf(started_ms)} execution ${epoch} began in process ${pid}: ${outcome ?? 'left open'}`;
}

function describeMove(row: AuditRow): string {
  const move = `${row.old_state ?? '(new)'} -> ${row.new_state ?? '(deleted)'}`;
  const numbers = `epoch ${row.epoch} delivery ${row.delivery} attempt ${row.attempt}`;
  return `${timeOf(row.at_ms)} ${move} ${numbers} worker ${row.worker_id ?? '-'}`;
}

function describeEnd({ name, wasReady, code }: OwnEnd): string {
  return `${name} (${wasReady ? `code ${code}` : 'at boot'})`;
}

const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 23);

function counts(words: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const word of words) found[word] = (found[word] ?? 0) + 1;
  return found;
}

function describeCounts(numbers: Readonly<Record<string, number>>): string {
  const parts = Object.entries(numbers).map(([name, n]) => `${n} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

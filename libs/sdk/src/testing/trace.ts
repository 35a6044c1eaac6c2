import type { LogLevel, Outcome } from '../task-context.js';
import type { CallRecord, RecordedCall } from './call-record.js';

/** A call for children, in the order asked. */
export interface TracedCall {
  readonly kind: 'invoke' | 'map' | 'map-settled' | 'start';
  readonly task: string;
  /** Of `invoke` and `start`. */
  readonly key: string | undefined;
  readonly inputs: readonly unknown[];
  /** By input; of the keys that a fan-out gave. */
  readonly childKeys: readonly (string | undefined)[];
  /** By input; empty for `start`, whose run goes its own way. */
  readonly outcomes: readonly Outcome<unknown>[];
}

/** What a run did. */
export interface Trace {
  readonly calls: readonly TracedCall[];
  readonly steps: readonly { readonly name: string; readonly value: unknown }[];
  readonly branches: readonly { readonly taken: string; readonly skipped: readonly string[] }[];
  readonly logs: readonly { readonly level: LogLevel; readonly message: string; readonly fields: object | undefined }[];
  readonly progress: readonly { readonly fraction: number; readonly note: string | undefined }[];
  /** How often the function was run, from the top: once, and again after each wait and for each further attempt. */
  readonly executions: number;
  readonly attempts: number;
}

/** What the record says of calls, steps and branches. */
export function traceOf({ calls }: CallRecord): Pick<Trace, 'calls' | 'steps' | 'branches'> {
  return {
    calls: calls.flatMap(toTracedCall),
    steps: calls.flatMap((call) => (call.kind === 'step' ? [{ name: call.key ?? '', value: call.value }] : [])),
    branches: calls.flatMap((call) =>
      call.kind === 'branch' && call.place !== undefined ? [call.value as Trace['branches'][number]] : [],
    ),
  };
}

function toTracedCall({ kind, task, key, inputs, childKeys, outcomes }: RecordedCall): TracedCall[] {
  if (kind === 'step' || kind === 'branch') return [];
  const known = outcomes.filter((outcome) => outcome !== undefined);
  return [{ kind, task: task?.id ?? '', key, inputs, childKeys, outcomes: known }];
}

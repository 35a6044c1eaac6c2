import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  Copy,
  FileInput,
  Ghost,
  Hourglass,
  Layers,
  LoaderCircle,
  PackageOpen,
  ShieldAlert,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import { memo } from 'react';
import type { FileState, RunAttempt } from '../api/contracts.js';

/** States of runs, attempts and files: each with its own icon, so that colour alone says nothing. */
type State = RunAttempt['state'] | FileState;

const MARKS: Readonly<Record<State, { readonly Icon: LucideIcon; readonly tone: string }>> = {
  queued: { Icon: CircleDashed, tone: 'queued' },
  running: { Icon: LoaderCircle, tone: 'running' },
  waiting: { Icon: Hourglass, tone: 'waiting' },
  succeeded: { Icon: CircleCheck, tone: 'succeeded' },
  failed: { Icon: CircleX, tone: 'failed' },
  cancelled: { Icon: Ban, tone: 'cancelled' },
  lost: { Icon: Unplug, tone: 'failed' },
  arrived: { Icon: FileInput, tone: 'running' },
  loaded: { Icon: CircleCheck, tone: 'succeeded' },
  duplicate: { Icon: Copy, tone: 'queued' },
  quarantined: { Icon: ShieldAlert, tone: 'failed' },
  vanished: { Icon: Ghost, tone: 'cancelled' },
  superseded: { Icon: Layers, tone: 'cancelled' },
  unloaded: { Icon: PackageOpen, tone: 'cancelled' },
};

interface StateMarkProps {
  readonly state: State;
  /** Without its name, which is read out all the same. */
  readonly iconOnly?: boolean;
  readonly size?: number;
}

/** The same mark is not made again: a timeline draws dozens of them a frame. */
export const StateMark = memo(function StateMark({ state, iconOnly = false, size = 15 }: StateMarkProps) {
  const { Icon, tone } = MARKS[state];
  return (
    <span className="state" data-tone={tone} data-state={state} title={iconOnly ? state : undefined}>
      <Icon size={size} strokeWidth={2.1} aria-hidden />
      <span className={iconOnly ? 'visually-hidden' : 'state-name'}>{state}</span>
    </span>
  );
});

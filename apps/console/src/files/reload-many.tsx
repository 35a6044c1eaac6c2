import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { FileState, ReloadableState } from '../api/contracts.js';
import { RELOADABLE_STATES } from '../api/contracts.js';
import { useReloadFiles } from '../api/files.js';
import { Button } from '../kit/button.js';
import { Dialog } from '../kit/dialog.js';
import { plural } from '../kit/quantities.js';
import { sayFailure, toasts } from '../kit/toasts.js';

interface ReloadManyProps {
  readonly feed: string | undefined;
  /** States that the list is narrowed to. */
  readonly states: readonly FileState[];
}

/** Loads all files again that fit the filter, where that names no other states than those that files can be loaded again from. */
export function ReloadMany({ feed, states }: ReloadManyProps) {
  const [isAsking, setAsking] = useState(false);
  const reload = useReloadFiles();
  const reloadable = states.filter(isReloadable);
  if (reloadable.length === 0 || reloadable.length < states.length) return null;
  const which = `all ${reloadable.join(' and ')} files${feed === undefined ? '' : ` of ${feed}`}`;
  const reloadAll = () =>
    reload.mutate(
      { states: reloadable, feed },
      {
        onSuccess: (count) => toasts.add({ title: `${plural(count, 'file')} will be loaded again` }),
        onError: (error) => sayFailure('Not all of the files were reloaded', error),
        onSettled: () => setAsking(false),
      },
    );
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <RotateCcw size={14} aria-hidden /> Load all again
      </Button>
      {isAsking && (
        <Dialog
          isOpen
          onClose={() => setAsking(false)}
          title={`Load ${which} again?`}
          about="Those on other pages of the list too, each by a run, from where it lies. Those that are being loaded again already are left alone."
        >
          <div className="dialog-actions">
            <Button onClick={() => setAsking(false)}>Leave them</Button>
            <Button variant="primary" isBusy={reload.isPending} onClick={reloadAll}>
              Load all again
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function isReloadable(state: FileState): state is ReloadableState {
  return RELOADABLE_STATES.some((one) => one === state);
}

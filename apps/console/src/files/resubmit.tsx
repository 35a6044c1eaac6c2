import { Send } from 'lucide-react';
import { useId, useState, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import type { RejectView } from '../api/contracts.js';
import { useResubmitReject } from '../api/files.js';
import { Button } from '../kit/button.js';
import { Dialog } from '../kit/dialog.js';
import { ProblemNote } from '../kit/problem-note.js';
import { toasts } from '../kit/toasts.js';

interface ResubmitProps {
  readonly fileId: string;
  readonly reject: RejectView;
  readonly onClose: () => void;
}

/** Loads a record that was set aside: as it stands, or as it is edited here. */
export function Resubmit({ fileId, reject, onClose }: ResubmitProps) {
  const [text, setText] = useState(reject.text);
  const fieldId = useId();
  const [, navigate] = useLocation();
  const resubmit = useResubmitReject(fileId, reject.index);
  const isCut = reject.text.length < reject.length && atob(reject.raw).length < reject.length;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    resubmit.mutate(text === reject.text && !isCut ? undefined : text, {
      onSuccess: ({ id, state }) => {
        if (state !== 'succeeded') return navigate(`/runs/${id}`);
        toasts.add({ title: `Record ${reject.index} is in the ledger anew` });
        onClose();
      },
    });
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Resubmit record ${reject.index}`}
      about={
        isCut
          ? 'Only its first 64 KiB were kept: put the whole record here.'
          : 'Put it right, or send it as it stands once its feed takes it. It loads as a record of this file.'
      }
    >
      <form onSubmit={submit} className="resubmit">
        <div className="field">
          <label className="field-name" htmlFor={fieldId}>
            Record
          </label>
          <textarea
            id={fieldId}
            rows={Math.min(18, Math.max(6, text.split('\n').length + 1))}
            spellCheck={false}
            value={text}
            aria-invalid={resubmit.error !== null}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
        {resubmit.error !== null && <ProblemNote error={resubmit.error} />}
        <div className="dialog-actions">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" variant="primary" isBusy={resubmit.isPending} disabled={text.trim() === ''}>
            <Send size={13} aria-hidden /> Resubmit
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

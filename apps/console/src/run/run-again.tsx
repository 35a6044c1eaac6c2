import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { RunDetail } from '../api/contracts.js';
import { useStartRun } from '../api/runs.js';
import { taskQuery } from '../api/tasks.js';
import { Dialog } from '../kit/dialog.js';
import { ProblemNote } from '../kit/problem-note.js';
import { Skeleton } from '../kit/skeleton.js';
import { InputForm } from '../tasks/input-form.js';

/** Starts a new run of the same task, with the input as it was or edited. */
export function RunAgain({ run, onClose }: { readonly run: RunDetail; readonly onClose: () => void }) {
  const task = useQuery(taskQuery(run.task));
  const start = useStartRun();
  const [, navigate] = useLocation();
  return (
    <Dialog isOpen onClose={onClose} title={`Run ${run.task} again`} about="A new run; this one stays as it is.">
      {task.error !== null ? (
        <ProblemNote error={task.error} />
      ) : task.data === undefined ? (
        <Skeleton lines={3} />
      ) : (
        <InputForm
          schema={task.data.inputSchema}
          initial={run.input}
          initialTags={run.tags}
          isBusy={start.isPending}
          problem={start.error}
          onSubmit={(input, tags) =>
            start.mutate({ task: run.task, input, tags }, { onSuccess: ({ id }) => navigate(`/runs/${id}`) })
          }
        />
      )}
    </Dialog>
  );
}

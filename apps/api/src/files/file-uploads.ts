import { toNewRun, type Dispatcher, type TaskRegistry } from '@millrace/engine';
import { FileUploads, loadTaskOf, type FeedRegistry, type FileLedger, type Inbox } from '@millrace/ingest';

export interface UploadParts {
  readonly inbox: Inbox;
  readonly maxBytes: number;
  readonly ledger: FileLedger;
  readonly feeds: FeedRegistry;
  readonly tasks: TaskRegistry;
  readonly dispatcher: Dispatcher;
}

/** Uploads into one inbox. */
export function fileUploads({ inbox, maxBytes, ledger, feeds, tasks, dispatcher }: UploadParts): FileUploads {
  return new FileUploads({
    inbox,
    feeds,
    ledger,
    maxBytes,
    newRun: (fileId, { size }) => toNewRun(tasks, { taskId: loadTaskOf(size), input: { fileId }, trigger: 'api' }),
    deliver: (deliveries) => dispatcher.deliver(deliveries),
  });
}

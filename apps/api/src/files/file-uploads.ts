import type { Config } from '@millrace/config';
import { toNewRun, type Dispatcher, type TaskRegistry } from '@millrace/engine';
import { FileUploads, Inboxes, LARGE_BYTES, type FeedRegistry, type FileLedger } from '@millrace/ingest';

export interface UploadParts {
  readonly files: Config['files'];
  readonly ledger: FileLedger;
  readonly feeds: FeedRegistry;
  readonly tasks: TaskRegistry;
  readonly dispatcher: Dispatcher;
}

/** Uploads into the configured inbox. */
export function fileUploads({ files, ledger, feeds, tasks, dispatcher }: UploadParts): FileUploads {
  return new FileUploads({
    inbox: new Inboxes(files).first,
    feeds,
    ledger,
    maxBytes: files.uploadLimitBytes,
    newRun: (fileId, { size }) =>
      toNewRun(tasks, {
        taskId: size < LARGE_BYTES ? 'load-file' : 'load-large-file',
        input: { fileId },
        trigger: 'api',
      }),
    deliver: (deliveries) => dispatcher.deliver(deliveries),
  });
}

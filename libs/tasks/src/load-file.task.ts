import { LoadFileResult } from '@millrace/contracts';
import {
  type BatchItem,
  type BatchOutcome,
  type Completion,
  defineService,
  defineTask,
  type Services,
  type TaskLog,
} from '@millrace/sdk';
import { z } from 'zod';

/** What `load-file` needs of its worker: something that loads files and ends the run of each in the file's own transaction. */
export const FileLoading = defineService<{
  load(fileId: string, context: LoadContext): Promise<Completion>;
  reload(fileId: string, context: LoadContext): Promise<Completion>;
  /** The outcome of each, in their order. */
  loadTogether(
    loads: readonly { readonly fileId: string; readonly again: boolean; readonly context: LoadContext }[],
  ): readonly Promise<Completion>[];
}>('file-loading');

interface LoadContext {
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly log: TaskLog;
  progress(fraction: number, note?: string): void;
  completion(result: LoadFileResult): Completion;
}

const Input = z.strictObject({ fileId: z.uuid(), again: z.boolean().default(false) });
const uses = { files: FileLoading };
type Item = BatchItem<z.output<typeof Input>, Services<typeof uses>>;

const load = {
  input: Input,
  result: LoadFileResult,
  queue: 'load',
  uses,
  run: loadOne,
  // Two beside other files, and two more: by itself, where those before were lost with their workers.
  retry: { maxAttempts: 4 },
} as const;

/** Loads one file into its table: rows, ledger and this run's end in one transaction, which small files share. */
export const loadFile = defineTask({
  ...load,
  id: 'load-file',
  // It holds one of a few turns, and takes seconds.
  attemptTimeout: '1h',
  description: 'Loads one arrived file into its table, exactly once.',
  // As many as a batch may have: what a group costs by itself, fifteen statements and a commit, is shared by more files.
  batch: { max: 500, runBatch: loadBatch },
});

/** As `load-file`, for files of half a megabyte and more: each has a job of its own, so that any worker may take it. */
export const loadLargeFile = defineTask({
  ...load,
  id: 'load-large-file',
  attemptTimeout: '1d',
  description: 'Loads one large arrived file into its table, exactly once.',
});

function loadOne({ fileId, again }: Item['input'], ctx: Item['ctx']): Promise<Completion> {
  return again ? ctx.services.files.reload(fileId, ctx) : ctx.services.files.load(fileId, ctx);
}

function loadBatch(items: readonly Item[]): Promise<readonly Promise<BatchOutcome<LoadFileResult>>[]> {
  const loads = items.map(({ input, ctx }) => ({ ...input, context: ctx }));
  const loading = items[0]?.ctx.services.files.loadTogether(loads) ?? [];
  return Promise.resolve(loading.map(toOutcome));
}

function toOutcome(loading: Promise<Completion>): Promise<BatchOutcome<LoadFileResult>> {
  return loading.then(
    (result) => ({ status: 'succeeded', result }),
    (error: unknown) => ({ status: 'failed', error: error as Error }),
  );
}

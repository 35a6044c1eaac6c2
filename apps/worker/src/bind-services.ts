import { ServiceBindings } from '@millrace/engine';
import { join } from 'node:path';
import type { Config } from '@millrace/config';
import {
  DryRunner,
  type EndedFile,
  FileLoader,
  FileUnloader,
  Inboxes,
  RejectResubmitter,
  type FeedRegistry,
} from '@millrace/ingest';
import { FleetQueries, PostgresFileLedger, type Database, type FeedTables } from '@millrace/postgres';
import { Shell } from '@millrace/sdk';
import type { ShellRunner } from '@millrace/shell';
import { FileDryRuns, FileLoading, FileUnloading, Fleet, RejectResubmission } from '@millrace/tasks';

export interface ServiceParts {
  readonly database: Database;
  readonly tables: FeedTables;
  readonly feeds: FeedRegistry;
  readonly folders: Config['files'];
  readonly shell: ShellRunner;
  readonly onFileEnded: (file: EndedFile) => void;
  /** Is given what loads files, for metrics. */
  readonly onLoader: (loader: FileLoader) => void;
}

/** What this worker offers for the service tokens that tasks name. */
export function bindServices({ database, tables, feeds, folders, shell, ...told }: ServiceParts): ServiceBindings {
  const ledger = new PostgresFileLedger(database, tables);
  const inboxes = new Inboxes(folders);
  const spool = join(folders.home, 'spool');
  const loader = new FileLoader(ledger, feeds, inboxes, spool, told.onFileEnded);
  told.onLoader(loader);
  return new ServiceBindings()
    .bind(Fleet, new FleetQueries(database))
    .bind(FileLoading, loader)
    .bind(FileUnloading, new FileUnloader(ledger, feeds))
    .bind(FileDryRuns, new DryRunner(ledger, feeds, inboxes, spool))
    .bind(RejectResubmission, new RejectResubmitter(ledger, feeds))
    .bind(Shell, shell);
}

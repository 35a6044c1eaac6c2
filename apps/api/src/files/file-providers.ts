import { join } from 'node:path';
import { Dispatcher } from '@millrace/engine';
import { DryRunner, FeedRegistry, FileUploads, Inboxes, RejectResubmitter } from '@millrace/ingest';
import { FeedTables, FileQueries, FileReloads, PostgresFileLedger } from '@millrace/postgres';
import type { Provider } from '@nestjs/common';
import type { ApiParts } from '../api-parts.js';
import { fileReloads } from './file-reloads.js';
import { fileUploads } from './file-uploads.js';

type Parts = Pick<ApiParts, 'config' | 'database' | 'tasks' | 'feeds'>;

/** What the routes of files ask: the ledger, and what takes, tries and loads files again. */
export function fileProviders({ config: { files }, database, tasks, feeds }: Parts): Provider[] {
  const tables = new FeedTables(database);
  const ledger = new PostgresFileLedger(database, tables);
  const inboxes = new Inboxes(files);
  return [
    { provide: FeedRegistry, useValue: feeds },
    { provide: FeedTables, useValue: tables },
    { provide: FileQueries, useValue: new FileQueries(database) },
    { provide: FileReloads, useValue: fileReloads(database, tasks) },
    { provide: DryRunner, useValue: new DryRunner(ledger, feeds, inboxes, join(files.home, 'spool')) },
    { provide: RejectResubmitter, useValue: new RejectResubmitter(ledger, feeds) },
    {
      provide: FileUploads,
      inject: [Dispatcher],
      useFactory: (dispatcher: Dispatcher) =>
        fileUploads({ inbox: inboxes.first, maxBytes: files.uploadLimitBytes, ledger, feeds, tasks, dispatcher }),
    },
  ];
}

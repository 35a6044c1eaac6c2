import { ServiceBindings } from '@millrace/engine';
import { FileLoader, Inbox, type FeedRegistry, type InboxFolders } from '@millrace/ingest';
import { FleetQueries, PostgresFileLedger, type Database, type FeedTables } from '@millrace/postgres';
import { FileLoading, Fleet } from '@millrace/tasks';

export interface ServiceParts {
  readonly database: Database;
  readonly tables: FeedTables;
  readonly feeds: FeedRegistry;
  readonly folders: InboxFolders;
}

/** What this worker offers for the service tokens that tasks name. */
export function bindServices({ database, tables, feeds, folders }: ServiceParts): ServiceBindings {
  return new ServiceBindings()
    .bind(Fleet, new FleetQueries(database))
    .bind(FileLoading, new FileLoader(new PostgresFileLedger(database, tables), feeds, new Inbox(folders)));
}

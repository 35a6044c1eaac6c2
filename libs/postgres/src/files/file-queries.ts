import type {
  FileDetail,
  FileExcerpt,
  FileReason,
  FileState,
  FileView,
  FoundBy,
  RejectResolution,
  RejectView,
  ResubmitOutcome,
} from '@millrace/contracts';
import type { SqlExecutor } from '../database.js';
import { type CountColumns, countsOf } from './arrival-row.js';
import { FIND_EXCERPT, FIND_FILE, LIST_FILES, LIST_REJECTS, READ_FILE_HISTORY } from './file-queries.sql.js';

/** Which files to list; every filter given must hold. */
export interface FileFilter {
  readonly states?: readonly FileState[] | undefined;
  readonly feed?: string | undefined;
  /** Keyset: only ids below this one. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

interface FileRow extends CountColumns {
  readonly id: string;
  readonly name: string;
  readonly feed: string;
  readonly state: FileState;
  readonly size: number;
  readonly foundBy: FoundBy;
  readonly foundAt: Date;
  readonly endedAt: Date | null;
  readonly runId: string;
  readonly sha256: string | null;
  readonly duplicateOf: string | null;
  readonly supersededBy: string | null;
  readonly supersedes: string | null;
  readonly reason: FileReason | null;
}

interface RejectRow extends Omit<RejectView, 'raw' | 'text' | 'resolution'> {
  readonly raw: Buffer;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly outcome: ResubmitOutcome | null;
  readonly corrected: Buffer | null;
}

/** Reads the ledger of files for people and programs; changes nothing. */
export class FileQueries {
  constructor(private readonly executor: SqlExecutor) {}

  /** Files by descending id, so newest first. */
  async list({ states, feed, beforeId, limit }: FileFilter): Promise<FileView[]> {
    const { rows } = await this.executor.query<FileRow>(LIST_FILES, [
      states ?? null,
      feed ?? null,
      beforeId ?? null,
      limit,
    ]);
    return rows.map(toFileView);
  }

  /** One file as lists show it; undefined when there is none with this id. */
  async find(id: string): Promise<FileView | undefined> {
    const { rows } = await this.executor.query<FileRow>(FIND_FILE, [id]);
    return rows[0] && toFileView(rows[0]);
  }

  /** One file with the bytes around its fault and the other appearances of its name and its bytes, oldest first; undefined when there is none with this id. */
  async read(id: string): Promise<FileDetail | undefined> {
    const { rows } = await this.executor.query<FileRow>(READ_FILE_HISTORY, [id]);
    const views = rows.map(toFileView);
    const file = views.find((view) => view.id === id);
    if (!file) return undefined;
    const excerpt = file.state === 'quarantined' ? await this.excerpt(id) : null;
    return { ...file, excerpt, history: views.filter((view) => view !== file) };
  }

  private async excerpt(id: string): Promise<FileExcerpt | null> {
    const { rows } = await this.executor.query<{ bytes: Buffer; offset: number }>(FIND_EXCERPT, [id]);
    const [found] = rows;
    return found ? { offset: found.offset, raw: found.bytes.toString('base64'), text: found.bytes.toString() } : null;
  }

  /** Rejects of a file, in its order, from the one after this index on; undefined when there is no such file. */
  async rejects(fileId: string, afterIndex: number | undefined, limit: number): Promise<RejectView[] | undefined> {
    const { rows } = await this.executor.query<RejectRow>(LIST_REJECTS, [fileId, afterIndex ?? -1, limit]);
    if (rows.length === 0 && (await this.find(fileId)) === undefined) return undefined;
    return rows.map(toRejectView);
  }
}

function toFileView(row: FileRow): FileView {
  const { id, name, feed, state, size, foundBy, runId, sha256, duplicateOf, supersededBy, supersedes, reason } = row;
  return {
    ...{ id, name, feed, state, size, foundBy, runId, sha256, duplicateOf, supersededBy, supersedes, reason },
    foundAt: row.foundAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    counts: state === 'loaded' ? countsOf(row) : null,
  };
}

function toRejectView(row: RejectRow): RejectView {
  const { index, code, message, offset, length, line, pointer, raw } = row;
  const place = { index, code, message, offset, length, line, pointer };
  return { ...place, raw: raw.toString('base64'), text: raw.toString(), resolution: toResolution(row) };
}

/** The CHECKs of the table say that a resolved one has all of these. */
function toResolution({ resolvedAt, resolvedBy, outcome, corrected }: RejectRow): RejectResolution | null {
  if (resolvedAt === null || resolvedBy === null || outcome === null) return null;
  return { at: resolvedAt.toISOString(), runId: resolvedBy, outcome, text: corrected?.toString() ?? null };
}

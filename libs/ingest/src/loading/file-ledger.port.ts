import type {
  FileCounts,
  FileReason,
  FileState,
  LoadFileResult,
  ResubmitRejectResult,
  UnloadFileResult,
} from '@millrace/contracts';
import type { Delivery, ExecutionRef, NewRun, RunEnd } from '@millrace/runs';
import type { Completion } from '@millrace/sdk';
import type { Arrival, FoundFile, OpenArrival } from '../inbox/arrival.js';
import type { Excerpt } from '../scanning/document.errors.js';
import type { Reject } from '../records/reject.js';
import type { FeedRow, RowTarget } from '../feeds/row-target.js';

/** Takes rows of one target; resolves when it can take more. */
export type WriteRows = (rows: readonly FeedRow[]) => Promise<void>;

/** What was read once the whole file went by. */
export interface StreamedFile {
  readonly sha256: Buffer;
  /** Bytes. */
  readonly size: number;
  /** Records in the document, rejected ones included. */
  readonly records: number;
  readonly rejected: number;
  /** Records older than what is kept: not loaded. */
  readonly expired: number;
  /** Records with a time that names no zone. */
  readonly naive: number;
  /** Records with fields that the feed does not know. */
  readonly extra: number;
}

/** A large file that a thread may read in place of `LoadRequest.stream`, with the same outcome. */
export interface ThreadReading {
  /** Open as long as it is read. */
  readonly descriptor: number;
  /** Id of its feed. */
  readonly feed: string;
  /** Id of its arrival. */
  readonly file: string;
  readonly signal: AbortSignal;
  /** Begins a reading, and forgets an earlier one. */
  readonly begin: () => ReadingSinks;
}

/** Where everything but the rows of a reading goes. */
export interface ReadingSinks {
  /** Takes a record that cannot be loaded. */
  readonly reject: (reject: Reject) => Promise<void>;
  /** Hears how far it is, chunk by chunk. */
  readonly passed: (read: ReadSoFar) => void;
}

/** How far a reading is. */
export interface ReadSoFar {
  /** From the start of the file. */
  readonly bytes: number;
  readonly records: number;
  readonly rejected: number;
}

/** One file on its way into its table. */
export interface LoadRequest {
  readonly arrival: OpenArrival;
  /** The execution whose run the load ends. */
  readonly execution: ExecutionRef;
  readonly target: RowTarget;
  /** The loaded file of the same path whose bytes this one begins with: it is taken back by the same commit. */
  readonly supersedes?: string | undefined;
  /** New partitions that its rows may need at most. */
  readonly newPartitions: number;
  /**
   * Reads the file from its start and writes its rows, but for those of before `keptFromMs`, since 1970. Asked a second
   * time when some rows were there already.
   */
  readonly stream: (write: WriteRows, keptFromMs?: number) => Promise<StreamedFile>;
  /** The same for threads; undefined when the file is too small for one to be worth while. */
  readonly threaded?: ThreadReading | undefined;
  /** The rejects of the last reading, a statement's worth at a time. */
  readonly rejects: () => AsyncIterable<readonly Reject[]>;
  /** The ticket that ends the run; asked for right before the commit. What it throws rolls everything back. */
  readonly complete: (result: LoadFileResult) => Completion;
}

/** One file whose rows are taken back. */
export interface UnloadRequest {
  readonly arrivalId: string;
  readonly target: RowTarget;
  /** The ticket that ends the run; asked for right before the commit. What it throws rolls everything back. */
  readonly complete: (result: UnloadFileResult) => Completion;
}

/** One file whose load is tried out. */
export interface DryRunRequest {
  /** What its rows would say they came from, where they name a file. */
  readonly fileId: string;
  /** Id of its feed. */
  readonly feed: string;
  readonly target: RowTarget;
  /** As that of a load. */
  readonly stream: LoadRequest['stream'];
  /** As that of a load. */
  readonly newPartitions: number;
}

/** What a load would have done. */
export interface DryRunOutcome {
  /** The file that brought the same bytes: nothing would have been loaded. */
  readonly duplicateOf: string | undefined;
  readonly counts: FileCounts;
}

/** A record that was set aside. */
export interface KeptReject {
  /** Id of its file's feed. */
  readonly feed: string;
  /** Its bytes, at most the first 64 KiB. */
  readonly raw: Buffer;
  /** Bytes that it has in the file. */
  readonly length: number;
  /** The run that resubmitted it. */
  readonly resolvedBy: string | null;
}

/** A record that its feed takes, apart from its file. */
export interface LoneRecord {
  readonly row: FeedRow;
  readonly bytes: Buffer;
  /** It has a time without a zone. */
  readonly naive: boolean;
  /** It has fields that the feed does not know. */
  readonly extra: boolean;
}

/** One reject that is loaded after all. */
export interface ResubmitRequest {
  readonly arrivalId: string;
  /** Its place among the records of the file, from 0. */
  readonly index: number;
  readonly target: RowTarget;
  readonly record: LoneRecord;
  /** The record is not as it stands in the file. */
  readonly isCorrected: boolean;
  /** The run that loads it. */
  readonly runId: string;
  /** The ticket that ends the run; asked for right before the commit. What it throws rolls everything back. */
  readonly complete: (result: ResubmitRejectResult) => Completion;
}

/** A file that was found, and the run that will load it. */
export interface FoundWithRun {
  readonly found: FoundFile;
  readonly run: NewRun;
}

/** An arrival whose run has ended without it. */
export interface FailedArrival {
  readonly id: string;
  readonly feed: string;
  readonly name: string;
  readonly runId: string;
  readonly reason: FileReason;
}

/** What a look at open arrivals gave. */
export interface FailedPage {
  /** Those that were ended. */
  readonly failed: readonly FailedArrival[];
  /** Id of the last that was looked at; undefined when none follow. */
  readonly next: string | undefined;
}

/** How an arrival ends that was not loaded. */
export interface Refusal {
  readonly state: 'quarantined' | 'vanished';
  readonly reason: FileReason;
  /** What stands around the place of the reason, where that has one. */
  readonly excerpt?: Excerpt | undefined;
}

export type Registration =
  | { readonly status: 'registered'; readonly delivery: Delivery }
  /** This appearance is in the ledger already, in this state. */
  | { readonly status: 'known'; readonly state: FileState };

/** The truth about files (protocols F1-F3). Every method resolves after the commit that holds its effect. */
export interface FileLedger {
  /**
   * Records arrivals, each with the run that loads it, all or none. Two watchers at once register each once.
   * Gives an answer for each, in their order.
   */
  register(found: readonly FoundWithRun[]): Promise<readonly Registration[]>;

  /** Names of those appearances that it does not know, or as vanished alone. */
  findUnknown(appearances: readonly Pick<FoundFile, 'name' | 'identity'>[]): Promise<readonly string[]>;

  find(arrivalId: string): Promise<Arrival | undefined>;

  /** Those that there are, by id. */
  findAll(arrivalIds: readonly string[]): Promise<ReadonlyMap<string, Arrival>>;

  /**
   * Loads a file in one transaction: its rows, its ledger row, its rejects, and its run's end by the ticket. The same bytes loaded
   * before end it as a duplicate, which changes no row. A file that it supersedes is unloaded in that transaction too.
   * @throws SupersededEndedError when that one is loaded no more: nothing was written
   * @throws AlreadyEndedError when the arrival was ended meanwhile: nothing was written
   * @throws FencedLoadError when the execution no longer owns its run: nothing was written
   * @throws FileRefusedError when the table refuses the rows
   */
  load(request: LoadRequest): Promise<Completion>;

  /**
   * Loads small files in as few transactions as their data allows (F4): each is read whole before, and has the outcome
   * that `load` gives it, in their order. One that is refused holds back no other.
   */
  loadTogether(requests: readonly LoadRequest[]): Promise<readonly PromiseSettledResult<Completion>[]>;

  /**
   * Ends an arrival that was not loaded, and its run, in one transaction.
   * @throws AlreadyEndedError when the arrival was ended meanwhile: nothing was written
   * @throws FencedLoadError when the execution no longer owns its run: nothing was written
   */
  refuse(arrivalId: string, refusal: Refusal, end: RunEnd): Promise<void>;

  /**
   * Ends arrivals as failed that are open though their run has failed for good, was cancelled, or is kept no longer: the error
   * of the run is their reason. Looks at so many open ones behind this id, but for those that are being loaded.
   */
  endFailed(afterId: string | undefined, limit: number): Promise<FailedPage>;

  /**
   * Takes back the rows that a loaded file gave, restores the latest statuses that they hid, and ends the run, in one
   * transaction. The same bytes can be loaded again.
   * @throws FileNotLoadedError when it is not loaded: nothing was written
   * @throws FencedLoadError when the execution no longer owns its run: nothing was written
   */
  unload(request: UnloadRequest): Promise<Completion>;

  /** A reject of a file by its place; undefined when there is none there. */
  findReject(arrivalId: string, index: number): Promise<KeptReject | undefined>;

  /**
   * Loads a record that was set aside as one of its file's, counts it anew in the ledger, marks the reject as resolved, and
   * ends the run, in one transaction.
   * @throws FileNotLoadedError, UnknownRejectError, RejectResolvedError: nothing was written
   * @throws FencedLoadError when the execution no longer owns its run: nothing was written
   * @throws FileRefusedError when the table refuses the row
   */
  resubmit(request: ResubmitRequest): Promise<Completion>;

  /**
   * Loads a file in a transaction that is rolled back, and gives what it found: no row is left, and no key of a new name.
   * @throws FileRefusedError when the table refuses the rows
   */
  dryRun(request: DryRunRequest): Promise<DryRunOutcome>;

  /** Opens an unloaded, quarantined or failed file for loading again, by this run. Another one is left as it is. */
  reopen(arrivalId: string, runId: string): Promise<void>;

  /** Those of these runs that have lost an attempt with its worker. */
  lostAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;

  /**
   * Ends a run whose file was ended by another one.
   * @throws FencedLoadError when the execution no longer owns its run
   */
  answer(completion: Completion): Promise<void>;
}

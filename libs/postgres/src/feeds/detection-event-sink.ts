import type { DetectionEvent, StreamedFile } from '@millrace/ingest';
import { DatabaseError } from 'pg';
import type { Transaction } from '../database.js';
import { CopyWriter } from './copy-writer.js';
import {
  ADD_MISSING_EVENTS,
  COPY_EVENTS,
  COPY_STAGED_EVENTS,
  COUNT_EQUAL_EVENTS,
  CREATE_STAGED_EVENTS,
  DELETE_EVENTS,
} from './detection-event-sink.sql.js';
import type { RowSink, RowSource } from './row-sink.js';
import type { SurrogateKeys } from './surrogate-keys.js';

const UNIQUE_VIOLATION = '23505';

/**
 * Detection events go straight into their table by COPY. When an event is there already, from another file or twice
 * in this one, the file is read again into a TEMP table and what is missing goes in: an event is loaded once, by the
 * file that brought it first. The optimistic path costs nothing when nothing collides, the other 1.5 to 2 times as much.
 */
export class DetectionEventSink implements RowSink<DetectionEvent> {
  constructor(
    private readonly vehicles: SurrogateKeys,
    private readonly objectTypes: SurrogateKeys,
  ) {}

  async load(transaction: Transaction, contentId: string, source: RowSource<DetectionEvent>) {
    await transaction.query('SAVEPOINT direct_copy');
    try {
      const { file, rows } = await this.copy(transaction, COPY_EVENTS, contentId, source);
      return { file, counts: { loaded: file.records - file.rejected, unchanged: 0, conflicting: 0, rows } };
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
      await transaction.query('ROLLBACK TO SAVEPOINT direct_copy');
      return this.loadMissing(transaction, contentId, source);
    }
  }

  async unload(transaction: Transaction, contentId: string) {
    const { rows } = await transaction.query<{ rows: number }>(DELETE_EVENTS, [contentId]);
    return { rows: rows[0]?.rows ?? 0, restored: 0, forgotten: 0 };
  }

  private async loadMissing(transaction: Transaction, contentId: string, source: RowSource<DetectionEvent>) {
    await transaction.query(CREATE_STAGED_EVENTS);
    const { file } = await this.copy(transaction, COPY_STAGED_EVENTS, contentId, source);
    const [{ added, rows }] = (await transaction.query(ADD_MISSING_EVENTS)).rows as [{ added: number; rows: number }];
    const [{ equal }] = (await transaction.query(COUNT_EQUAL_EVENTS)).rows as [{ equal: number }];
    const conflicting = file.records - file.rejected - equal;
    return { file, counts: { loaded: added, unchanged: equal - added, conflicting, rows } };
  }

  private copy(
    { client }: Transaction,
    statement: string,
    contentId: string,
    source: RowSource<DetectionEvent>,
  ): Promise<{ file: StreamedFile; rows: number }> {
    return CopyWriter.run(client, statement, async (copy) => {
      let rows = 0;
      const file = await source(async (events) => {
        rows += events.reduce((sum, { detections }) => sum + detections.length, 0);
        await copy.write(await this.toLines(events, contentId));
      });
      return { file, rows };
    });
  }

  private async toLines(events: readonly DetectionEvent[], contentId: string): Promise<string> {
    // Checked and used in one turn: another load may make the memory start anew in between.
    for (let learning = this.learnUnknown(events); learning; learning = this.learnUnknown(events)) await learning;
    let lines = '';
    for (const { vehicleId, detectionTime, detections } of events) {
      let types = '';
      let values = '';
      for (const { objectType, objectValue } of detections) {
        const separator = types === '' ? '' : ',';
        types += separator + this.objectTypes.keyOf(objectType);
        values += separator + String(objectValue);
      }
      lines += `${detectionTime}\t${this.vehicles.keyOf(vehicleId)}\t${contentId}\t{${types}}\t{${values}}\n`;
    }
    return lines;
  }

  /** Undefined when all keys are remembered. */
  private learnUnknown(events: readonly DetectionEvent[]): Promise<void> | undefined {
    const vehicles = this.vehicles.unknownOf(vehiclesOf(events));
    if (vehicles.size > 0) return this.vehicles.learn(vehicles);
    const types = this.objectTypes.unknownOf(objectTypesOf(events));
    return types.size > 0 ? this.objectTypes.learn(types) : undefined;
  }
}

function* vehiclesOf(events: readonly DetectionEvent[]) {
  for (const { vehicleId } of events) yield vehicleId;
}

function* objectTypesOf(events: readonly DetectionEvent[]) {
  for (const { detections } of events) for (const { objectType } of detections) yield objectType;
}

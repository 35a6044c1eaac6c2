import type { SqlExecutor } from '../database.js';
import { SUMMARIZE_VEHICLE, VEHICLES_SEEN } from './fleet-queries.sql.js';

/** From the first time, which belongs to it, to the second, which does not; RFC 3339. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** One vehicle in one period. Times are RFC 3339 with microseconds, in UTC. */
export interface VehicleSummary {
  readonly vehicleId: string;
  /** For each object type: in how many detections it stood (`count`), and how many objects they were (`sum`). */
  readonly detectionsByType: Readonly<Record<string, { readonly count: number; readonly sum: number }>>;
  /** First event or status report in the period; null when there is none. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** The newest report of all, whatever the period; null when there is none. */
  readonly currentStatus: { readonly status: string; readonly reportTime: string } | null;
}

/** Reports on the loaded data of the shipped feeds. */
export class FleetQueries {
  constructor(private readonly executor: SqlExecutor) {}

  /** Ids of the vehicles with an event or a status report in the period, sorted. */
  async vehiclesSeen({ from, to }: Period): Promise<string[]> {
    const { rows } = await this.executor.query<{ vehicle_id: string }>(VEHICLES_SEEN, [from, to]);
    return rows.map(({ vehicle_id }) => vehicle_id);
  }

  /** What is known of a vehicle; of one that was never seen, nothing. */
  async summarize(vehicleId: string, { from, to }: Period): Promise<VehicleSummary> {
    const { rows } = await this.executor.query<VehicleSummary>(SUMMARIZE_VEHICLE, [vehicleId, from, to]);
    return rows[0] as VehicleSummary;
  }
}

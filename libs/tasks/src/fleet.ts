import { defineService } from '@millrace/sdk';
import { z } from 'zod';
import type { Period } from './period.js';

/** Detections of one object type: how many records, and the sum of their values. */
export const Detections = z.object({ count: z.int(), sum: z.int() });

/** What is known of one vehicle in one period. */
export const VehicleSummary = z.object({
  vehicleId: z.string(),
  detectionsByType: z.record(z.string(), Detections),
  /** First and last detection event or status report in the period, in UTC with microseconds; null without one. */
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
  /** Latest status of all, whatever the period; null when none was ever reported. */
  currentStatus: z.object({ status: z.string(), reportTime: z.string() }).nullable(),
});
export type VehicleSummary = z.infer<typeof VehicleSummary>;

/** Reads about vehicles, from the loaded data. */
export const Fleet = defineService<{
  /** Ids of the vehicles with a detection event or a status report in the period, sorted. */
  vehiclesSeen(period: Period): Promise<string[]>;
  summarize(vehicleId: string, period: Period): Promise<VehicleSummary>;
}>('fleet');

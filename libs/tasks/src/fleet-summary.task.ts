import { defineTask } from '@millrace/sdk';
import { z } from 'zod';
import { Detections, Fleet, type VehicleSummary } from './fleet.js';
import { Period } from './period.js';
import { vehicleSummary } from './vehicle-summary.task.js';

const FleetSummary = z.object({
  vehicles: z.int(),
  detectionsByType: z.record(z.string(), Detections),
  /** Vehicles by current status; one without any counts as `unknown`. */
  vehiclesByStatus: z.record(z.string(), z.int()),
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
});
type FleetSummary = z.infer<typeof FleetSummary>;

/** Invokes `vehicle-summary` for every vehicle seen in the period and merges what they give. */
export const fleetSummary = defineTask({
  id: 'fleet-summary',
  description: 'Summarizes every vehicle seen in the period, each in a run of its own, and merges.',
  input: Period,
  result: FleetSummary,
  queue: 'reports',
  uses: { fleet: Fleet },
  async run(period, ctx) {
    // A step, so that every replay maps over the same list.
    const vehicleIds = await ctx.step('list vehicles', () => ctx.services.fleet.vehiclesSeen(period));
    const summaries = await ctx.map(
      vehicleSummary,
      vehicleIds.map((vehicleId) => ({ vehicleId, period })),
      { key: ({ vehicleId }) => vehicleId },
    );
    ctx.log.info('merging', { vehicles: summaries.length });
    return merge(summaries);
  },
});

function merge(summaries: readonly VehicleSummary[]): FleetSummary {
  const detectionsByType: FleetSummary['detectionsByType'] = {};
  const vehiclesByStatus: FleetSummary['vehiclesByStatus'] = {};
  for (const summary of summaries) {
    for (const [type, { count, sum }] of Object.entries(summary.detectionsByType)) {
      const total = (detectionsByType[type] ??= { count: 0, sum: 0 });
      total.count += count;
      total.sum += sum;
    }
    const status = summary.currentStatus?.status ?? 'unknown';
    vehiclesByStatus[status] = (vehiclesByStatus[status] ?? 0) + 1;
  }
  return {
    vehicles: summaries.length,
    detectionsByType,
    vehiclesByStatus,
    firstSeen: sortedTimes(summaries.map(({ firstSeen }) => firstSeen)).at(0) ?? null,
    lastSeen: sortedTimes(summaries.map(({ lastSeen }) => lastSeen)).at(-1) ?? null,
  };
}

/** Times of one fixed format, in UTC, sort as text. */
function sortedTimes(times: readonly (string | null)[]): string[] {
  return times.filter((time) => time !== null).sort();
}

import { defineTask } from '@millrace/sdk';
import { z } from 'zod';
import { Fleet, VehicleSummary } from './fleet.js';
import { Period } from './period.js';

/** One vehicle in one period: detections by type, first and last seen, current status. */
export const vehicleSummary = defineTask({
  id: 'vehicle-summary',
  description: 'Detections by type, first and last seen, and current status of one vehicle.',
  input: z.strictObject({ vehicleId: z.string().min(1), period: Period }),
  result: VehicleSummary,
  queue: 'reports',
  uses: { fleet: Fleet },
  run: ({ vehicleId, period }, ctx) => ctx.services.fleet.summarize(vehicleId, period),
});

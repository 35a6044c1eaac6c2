import { defineTask } from '@millrace/sdk';
import { z } from 'zod';
import { Fleet } from './fleet.js';
import { Period } from './period.js';

/** The vehicles with a detection event or a status report in the period. A task of its own, so that its parent's replays see one list. */
export const vehiclesSeen = defineTask({
  id: 'vehicles-seen',
  description: 'Ids of the vehicles with a detection event or a status report in the period.',
  input: Period,
  result: z.array(z.string()),
  queue: 'reports',
  uses: { fleet: Fleet },
  run: (period, ctx) => ctx.services.fleet.vehiclesSeen(period),
});

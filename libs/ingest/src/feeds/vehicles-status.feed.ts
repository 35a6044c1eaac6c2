import { z } from 'zod';
import { databaseText } from './database-text.js';
import { defineFeed } from './feed.js';
import { timestamp } from './timestamp.js';

/** What vehicles report of themselves; an older report never overwrites a newer one. */
export const vehiclesStatus = defineFeed({
  id: 'vehicles-status',
  description: 'Status reports of vehicles',
  fileName: 'vehicles_status_[timestamp].json',
  records: '/vehicle_status',
  record: z.object({ vehicle_id: databaseText(200), report_time: timestamp, status: databaseText(200) }),
  target: 'vehicle_status',
  toRow: ({ vehicle_id, report_time, status }) => ({ vehicleId: vehicle_id, reportTime: report_time, status }),
});

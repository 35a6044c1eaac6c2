import { databaseText, defineFeed, timestamp } from '@millrace/ingest';
import { z } from 'zod';

export const tramStatus = defineFeed({
  id: 'tram-status',
  description: 'What trams report of themselves, a line each',
  fileName: 'trams_[timestamp].ndjson',
  format: 'ndjson',
  quietPeriod: '5s',
  record: z.object({ tram: databaseText(40), at: timestamp, doors: z.enum(['open', 'closed']) }),
  target: 'vehicle_status',
  toRow: ({ tram, at, doors }) => ({ vehicleId: `tram-${tram}`, reportTime: at, status: `doors ${doors}` }),
  rejects: { maxRejectRatio: 0.01 },
});

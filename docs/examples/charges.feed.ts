import { databaseText, defineFeed, defineTable, integerField, optionalField, timestamp } from '@millrace/ingest';
import { z } from 'zod';

export const charges = defineFeed({
  id: 'charges',
  description: 'How vehicles were charged, a row each time',
  fileName: 'charges_[timestamp].csv',
  format: 'csv',
  delimiter: ';',
  record: z.object({
    vehicle: databaseText(200),
    started_at: timestamp,
    watt_hours: integerField,
    station: optionalField(databaseText(100)),
  }),
  target: defineTable({
    name: 'charges',
    columns: { vehicle: 'text', started_at: 'timestamptz', watt_hours: 'integer', station: 'text?' },
    key: ['vehicle', 'started_at'],
  }),
  toRow: (record) => record,
  rejects: { maxRejectRatio: 0.25 },
});

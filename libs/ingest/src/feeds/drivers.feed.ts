import { z } from 'zod';
import { databaseText } from './database-text.js';
import { defineTable } from './feed-table.js';
import { defineFeed } from './feed.js';
import { optionalField } from './text-fields.js';
import { timestamp } from './timestamp.js';

/** Who may drive what. A row says what is true of a driver from `changed_at` on: the newest is true now. */
export const drivers = defineFeed({
  id: 'drivers',
  description: 'Drivers, their licences and their vehicles',
  fileName: 'drivers_[timestamp].csv',
  format: 'csv',
  record: z.object({
    driver_id: databaseText(200),
    name: databaseText(200),
    licence: databaseText(20),
    hired_on: z.iso.date(),
    vehicle_id: optionalField(databaseText(200)),
    changed_at: timestamp,
  }),
  target: defineTable({
    name: 'drivers',
    columns: {
      driver_id: 'text',
      changed_at: 'timestamptz',
      name: 'text',
      licence: 'text',
      hired_on: 'date',
      vehicle_id: 'text?',
    },
    key: ['driver_id', 'changed_at'],
  }),
  toRow: (driver) => driver,
});

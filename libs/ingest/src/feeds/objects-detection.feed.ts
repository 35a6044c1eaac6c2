import { z } from 'zod';
import { databaseText } from './database-text.js';
import { defineFeed } from './feed.js';
import { timestamp } from './timestamp.js';

/** What vehicles saw: each event holds the detections of one vehicle at one time. */
export const objectsDetection = defineFeed({
  id: 'objects-detection',
  description: 'Objects that vehicles detected',
  fileName: 'objects_detection_[timestamp].json',
  records: '/objects_detection_events',
  record: z.object({
    vehicle_id: databaseText(200),
    detection_time: timestamp,
    detections: z.array(z.object({ object_type: databaseText(200), object_value: z.int32() })),
  }),
  target: 'objects_detection_events',
  toRow: ({ vehicle_id, detection_time, detections }) => ({
    vehicleId: vehicle_id,
    detectionTime: detection_time,
    detections: detections.map(({ object_type, object_value }) => ({
      objectType: object_type,
      objectValue: object_value,
    })),
  }),
});
